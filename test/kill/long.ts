// `npm run test:kill`: what `kill.test.ts` does, as often as LOAM_KILLS says.
import { killAtRandom } from "./killing.js";

killAtRandom(Number(process.env["LOAM_KILLS"] ?? 500));
