import { exampleCopy } from "./example.js";
import { Editor } from "./workbench.js";

describe("an editor in German", () => {
  it("has commands, views and pages that speak German", async () => {
    const editor = await Editor.open({ folder: exampleCopy(), language: "de" });
    try {
      const bar = await editor.sideBar("Loam");
      await bar.getByText("Jedes Mal, wenn Sie Ihr Training ausführen").waitFor();
      await editor.command("Loam: Alle Läufe anzeigen");
      const page = editor.webview();
      await page.locator("html[lang=de]").waitFor();
      await page.getByText("Hier stehen Läufe dieses Ordners, sobald etwas gelaufen ist").waitFor();
      await page.getByRole("button", { name: "Python-Datei ausführen" }).waitFor();
      await page.getByRole("combobox", { name: "Läufe filtern und ordnen" }).waitFor();
    } catch (error) {
      await editor.picture("german-failed");
      throw error;
    } finally {
      await editor.close();
    }
  });
});
