import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { closeBrowser, openStage, type Stage } from "./harness.js";
import { scenes, type Scene } from "./picture-scenes.js";
import { themes } from "./themes.js";

/*
 * Takes pictures of every page in every state, to be looked at:
 *     pictures.ts FOLDER [PART OF A SCENE'S NAME …] [--full] [--language de]
 * Each scene in four themes at full width and at 320 px; with --full also at twice its size and as people see it who
 * see colours otherwise.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { full: { type: "boolean" }, language: { type: "string" } },
});
const [into = "pictures", ...wanted] = positionals;
const language = values.language === "de" ? "de" : "en";
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some((part) => name.includes(part));

const deficiencies = ["protanopia", "deuteranopia", "tritanopia", "achromatopsia"] as const;

async function settle(page: Page): Promise<void> {
  await page.locator("main").waitFor({ timeout: 5000 });
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(600); // a picture is of what stands still
}

/** The page in each theme; `where` is part of the pictures' names. */
async function shoot(stage: Stage, scene: Scene, where: string): Promise<void> {
  for (const theme of themes) {
    await stage.setTheme(theme);
    await stage.page.waitForTimeout(250); // charts take their colours anew
    await stage.page.screenshot({ path: path.join(into, `${scene.name}-${theme}-${where}.png`) });
  }
}

async function shootDeficiencies(stage: Stage, scene: Scene): Promise<void> {
  const session = await stage.page.context().newCDPSession(stage.page);
  for (const theme of ["light", "dark"] as const) {
    await stage.setTheme(theme);
    await stage.page.waitForTimeout(250);
    for (const type of deficiencies) {
      await session.send("Emulation.setEmulatedVisionDeficiency", { type });
      await stage.page.screenshot({ path: path.join(into, `${scene.name}-${theme}-${type}.png`) });
    }
    await session.send("Emulation.setEmulatedVisionDeficiency", { type: "none" });
  }
}

interface Size {
  readonly where: string;
  readonly width: number;
  readonly height: number;
  readonly scale?: number;
}

async function picture(scene: Scene, { where, width, height, scale }: Size): Promise<void> {
  const { name, folder, subject, between } = scene;
  const stage = await openStage({
    folder,
    subject,
    width,
    height: scene.height === undefined ? height : Math.min(height, scene.height),
    language,
    ...(between ? { between } : {}),
    ...(scale === undefined ? {} : { scale }),
  });
  try {
    await settle(stage.page);
    await scene.act?.(stage.page);
    if (scene.act) await stage.page.waitForTimeout(500);
    await shoot(stage, scene, where);
    if (where === "wide" && values.full === true) await shootDeficiencies(stage, scene);
  } catch (error) {
    console.log(`${name} ${where}: ${String(error)}`);
  } finally {
    for (const fault of stage.faults) console.log(`${name} ${where}: ${fault}`);
    await stage.close();
  }
}

fs.mkdirSync(into, { recursive: true });
for await (const scene of scenes(isWanted)) {
  if (!isWanted(scene.name)) continue;
  await picture(scene, { where: "wide", width: 1200, height: 760 });
  await picture(scene, { where: "320", width: 320, height: 760 });
  // A window of 1200 × 760 at 200 % has half as many pixels of the page each way.
  if (values.full === true) await picture(scene, { where: "200", width: 600, height: 380, scale: 2 });
}
await closeBrowser();
process.exit(0);
