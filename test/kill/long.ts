// `npm run test:kill`: what the tests beside it do, as often as LOAM_KILLS says.
import { killDataWork } from "./data-kills.js";
import { killAtRandom } from "./killing.js";

const kills = Number(process.env["LOAM_KILLS"] ?? 500);
killDataWork(kills);
killAtRandom(kills);
