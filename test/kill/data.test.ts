import { killDataWork } from "./data-kills.js";

killDataWork(12);
