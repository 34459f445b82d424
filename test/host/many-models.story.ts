import { makeRegistry } from "../bench/make-registry.js";
import { newFolder } from "../run/loam.js";
import { eventually } from "./example.js";
import { Editor } from "./workbench.js";

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
    editor.page.setDefaultTimeout(30_000);
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
    await page.keyboard.press("ArrowRight");
    for (let left = 1150; left > 0; left -= 100) {
      const rest = new RegExp(`Show more\\s*${left.toLocaleString("en-US")} left`);
      await eventually(`${left} left`, async () => {
        await page.keyboard.press("End");
        return rest.test(await last());
      });
      await page.keyboard.press("Enter");
    }
    await eventually("the first version", async () => {
      await page.keyboard.press("End");
      return /^v10\.\d+ f1/.test(await last()); // "v1" and "0.58 f1" stand in two elements
    });
    await editor.pictures("many-models");
  });
});
