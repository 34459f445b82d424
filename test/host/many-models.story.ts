import { makeRegistry } from "../bench/make-registry.js";
import { newFolder } from "../run/loam.js";
import { eventually } from "../waiting.js";
import { comes, Editor } from "./workbench.js";

describe("what a person sees of a thousand models", () => {
  let editor: Editor;
  /** What the focus is on; nothing where the view was drawn anew and lost it for a moment. */
  const last = (): Promise<string> =>
    editor.page
      .locator(".pane-body .monaco-list-row.focused")
      .first()
      .innerText({ timeout: 2000 })
      .catch(() => "");

  before(async () => {
    const folder = newFolder("loam-many-models-");
    makeRegistry(folder, { models: 1000, versions: 2 });
    makeRegistry(folder, { models: 1, versions: 1250, called: "zebra" });
    editor = await Editor.open({ folder });
    await editor.sideBar("Loam");
    await editor.rows("model-0, ").first().waitFor();
  });
  after(() => editor.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await editor.picture("many-models-failed");
  });

  it("is shown more and more versions of one, beyond what the engine gives at once", async () => {
    const { page } = editor;
    await editor.rows("model-0, ").first().click();
    await eventually("the last model", async () => {
      await page.keyboard.press("End");
      return (await last()).startsWith("zebra-0");
    });
    // a view that is drawn anew just then takes no key
    const open = page.locator('.pane-body .monaco-list-row[aria-label^="zebra-0"][aria-expanded=true]');
    await eventually("its versions", async () => {
      await page.keyboard.press("ArrowRight");
      return comes(open, 5000);
    });
    for (let left = 1150; left > 0; left -= 100)
      await eventually(`fewer than ${left} left`, async () => {
        await page.keyboard.press("End");
        const now = Number(
          /Show more\s*([\d,]+) left/.exec(await last())?.[1]?.replace(",", "") ?? Number.NaN,
        );
        if (now !== left) return now < left;
        await page.keyboard.press("Enter");
        const more = page.locator(".pane-body .monaco-list-row", {
          hasText: `${left.toLocaleString("en-US")} left`,
        });
        return comes(more.first(), 5000, "detached");
      });
    await eventually("the first version", async () => {
      await page.keyboard.press("End");
      return /^v10\.\d+ f1/.test(await last()); // "v1" and "0.58 f1" stand in two elements
    });
    await editor.pictures("many-models");
  });
});
