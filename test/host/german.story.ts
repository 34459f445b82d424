import path from "node:path";
import { exampleCopy, given, track } from "./example.js";
import { Editor } from "./workbench.js";

const cli = path.join(given("LOAM_EXTENSION"), "dist", "cli.js");

describe("an editor in German", () => {
  it("has commands, views and pages that speak German", async () => {
    const folder = exampleCopy();
    const editor = await Editor.open({ folder, language: "de" });
    try {
      const bar = await editor.sideBar("Loam");
      await bar.getByText("Jedes Mal, wenn Sie Ihr Training ausführen").waitFor();
      await editor.command("Loam: Alle Läufe anzeigen");
      const page = editor.webview();
      await page.locator("html[lang=de]").waitFor();
      await page.getByText("Hier stehen Läufe dieses Ordners, sobald etwas gelaufen ist").waitFor();
      await page.getByRole("button", { name: "Python-Datei ausführen" }).waitFor();
      await page.getByRole("combobox", { name: "Läufe filtern und ordnen" }).waitFor();
      await track(cli, folder, ["--name", "erster", "--", "python3", "-c", "print('acc=0.5')"]);
      await editor.rows("erster").first().waitFor();
      // What the engine says against a filter: on the page, and in the tree.
      const field = page.getByRole("combobox", { name: "Läufe filtern und ordnen" });
      await page.getByText("1 Lauf", { exact: true }).waitFor();
      await field.fill("parms.lr = 1");
      await field.press("Escape");
      await page.getByText(/^Spalte 1: Läufe haben kein 'parms', .*; meinten Sie params\?$/).waitFor();
      await editor.command("Loam: Läufe filtern…");
      const box = editor.page.locator(".quick-input-widget");
      await box.locator("input").first().fill("metrics.acc >> 0.4");
      await box.getByText(/^Spalte 14: '>' gefunden, erwartet:/).waitFor();
      await editor.picture("german-failures");
      await editor.page.keyboard.press("Escape");
    } catch (error) {
      await editor.picture("german-failed");
      throw error;
    } finally {
      await editor.close();
    }
  });
});
