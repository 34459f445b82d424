import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { exampleCopy } from "./example.js";
import { Editor, type EditorOptions } from "./workbench.js";

/** Opens an editor for one story, and keeps a picture of how it ended when the story failed. */
async function within(name: string, options: EditorOptions, story: (editor: Editor) => Promise<void>) {
  const editor = await Editor.open(options);
  try {
    await story(editor);
  } catch (error) {
    await editor.picture(`${name}-failed`);
    throw error;
  } finally {
    await editor.close();
  }
}

describe("the Runs view", () => {
  it("asks for a folder where none is open", () =>
    within("no-folder", {}, async (editor) => {
      const bar = await editor.sideBar("Loam");
      await bar.getByText("Runs are kept in the folder of your code").waitFor();
      await bar.getByRole("button", { name: "Open folder" }).waitFor();
      await editor.pictures("runs-no-folder");
    }));

  it("says in Restricted Mode that nothing is run, and offers no Run", async () => {
    const folder = exampleCopy();
    await within("restricted", { folder, trust: true }, async (editor) => {
      const bar = await editor.sideBar("Loam");
      await bar.getByText("This workspace is in Restricted Mode").first().waitFor(); // each view says so
      await editor.openFile("train.py");
      assert.equal(await editor.page.locator('.editor-actions a[aria-label^="Run Python file"]').count(), 0);
      await editor.pictures("runs-restricted");
    });
    assert.equal(fs.existsSync(path.join(folder, ".loam")), false);
  });
});
