import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { newFolder } from "../run/loam.js";
import { assertAccessible, ofColors } from "./axe.js";
import { closeBrowser, hasBrowser, openStage, type Stage } from "./harness.js";
import { becomes, eventually } from "../waiting.js";
import { themes } from "./themes.js";

/** A folder with one run that printed these lines. */
function printed(lines: readonly string[]): { readonly folder: string; readonly run: string } {
  const folder = newFolder("loam-console-");
  const bench = newWorkbench(folder);
  const { id } = bench.tracking.runs.create({ experiment: "0", name: "loud", user: "anna", start: 1 });
  const place = bench.store.layout.entity({ room: "runs", id });
  bench.dispose();
  fs.writeFileSync(path.join(place, "console.log"), `${lines.join("\n")}\n`);
  return { folder, run: id };
}

describe("the console", function () {
  this.timeout(120_000);
  let stage: Stage;

  before(function () {
    if (!hasBrowser()) this.skip();
  });
  afterEach(async () => {
    assert.deepEqual(stage.faults, []);
    await stage.close();
  });
  after(closeBrowser);

  const open = async (lines: readonly string[], width = 1000): Promise<Stage["page"]> => {
    const { folder, run } = printed(lines);
    stage = await openStage({ folder, subject: { page: "run", run, tab: "console" }, width });
    await stage.page.locator(".console-line").first().waitFor();
    return stage.page;
  };

  it("finds text in all that was printed, read or not, and walks it by keys", async () => {
    const lines = Array.from({ length: 60_000 }, (_, at) =>
      at % 20_000 === 7
        ? `line ${at}: \u001b[1;31mNee\u001b[0mdle here`
        : `line ${at} of a console that is long`,
    );
    const page = await open(lines);
    await page.getByText("line 59999 of").waitFor();
    await page.keyboard.press("Control+f");
    await page.keyboard.type("needle");
    const told = page.locator(".console-find-told");
    await told.getByText("3 of 3", { exact: true }).waitFor();
    await page.locator(".console").getByText("line 40007").waitFor();
    await page.keyboard.press("Enter");
    await told.getByText("1 of 3", { exact: true }).waitFor();
    const seen = page.locator(".console-line", { hasText: "line 7: Needle here" });
    await seen.waitFor();
    await becomes(() => seen.locator(".found-current").allInnerTexts(), ["Nee", "dle"]);
    await eventually("the line to be in view", async () => {
      const [box, line] = [await page.locator(".console").boundingBox(), await seen.boundingBox()];
      return !!box && !!line && line.y >= box.y && line.y + line.height <= box.y + box.height;
    });
    await page.keyboard.press("Shift+Enter");
    await told.getByText("3 of 3", { exact: true }).waitFor();
    await page.locator(".console").getByText("line 40007").waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("nowhere");
    await told.getByText("No match").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".console:focus").waitFor();
    await becomes(() => page.locator(".console-find").count(), 0);
  });

  it("breaks long lines where a person wants it, and keeps that over a reload", async () => {
    const page = await open([`begin ${"word ".repeat(100)}end`, "second"], 500);
    const isWide = () =>
      page.evaluate<boolean>(
        "(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector('.console'))",
      );
    await becomes(isWide, true);
    await page.getByRole("button", { name: "Wrap long lines" }).click();
    await becomes(isWide, false);
    const rows = () => page.locator(".console-line").allTextContents();
    await becomes(async () => (await rows()).slice(0, -1).join(""), `begin ${"word ".repeat(100)}end`);
    assert.ok((await rows()).length > 5);
    await page.getByRole("button", { name: "Wrap long lines", pressed: true }).waitFor();
    await stage.reload();
    await page.getByRole("button", { name: "Wrap long lines", pressed: true }).waitFor();
    await page.locator(".console-line").nth(5).waitFor();
  });

  it("shows every colour so that it can be read, in each theme", async () => {
    const codes = [
      ...Array.from({ length: 256 }, (_, code) => `38;5;${code}`),
      ...["38;2;30;30;30", "38;2;250;250;250", "2", "2;31", "37;41", "30;47", "93;107"],
    ];
    const lines = codes.map((code) => `\u001b[${code}mcolour ${code}\u001b[0m`);
    const page = await open(lines.slice(-60));
    for (const theme of themes) {
      await stage.setTheme(theme);
      await assertAccessible(page, theme, ofColors);
      await page.getByRole("button", { name: "Find in the console" }).click();
      await page.keyboard.type("colour");
      await page.locator(".found-current").waitFor();
      await page.keyboard.press("Escape");
    }
  });
});
