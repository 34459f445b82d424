import { killAtRandom } from "./killing.js";

killAtRandom(40);
