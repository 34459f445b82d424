import assert from "node:assert/strict";
import { makeStore } from "../bench/make-store.js";
import { newFolder } from "../run/loam.js";
import { dataFolder } from "./data-folder.js";
import { closeBrowser, hasBrowser, openStage, type Stage } from "./harness.js";
import { modelsFolder } from "./models-folder.js";
import { projectFolder, track } from "./tracked-folder.js";

(hasBrowser() ? describe : describe.skip)("pages in German", function () {
  this.timeout(120_000);
  let stage: Stage | undefined;
  const open = async (folder: string, subject: Parameters<typeof openStage>[0]["subject"]): Promise<Stage> =>
    (stage = await openStage({ folder, subject, language: "de" }));

  afterEach(async () => {
    assert.deepEqual(stage?.faults, []);
    await stage?.close();
    stage = undefined;
  });
  after(closeBrowser);

  it("say what a run was, with numbers and dates as German has them", async () => {
    const folder = projectFolder();
    const run = await track(folder, "python3", "train.py", "--steps", "60");
    const { page } = await open(folder, { page: "run", run });
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    await page.getByRole("tab", { name: "Diagramme" }).waitFor();
    await page.locator(".state", { hasText: "Fertig" }).waitFor();
    await page.getByRole("button", { name: "Noch einmal ausführen", exact: true }).waitFor();
    await page.getByTitle("Commit, von dem der Lauf ausging").getByText("Dateien").waitFor();
    await page.locator(".chart canvas").nth(3).waitFor(); // the page stands
    const chart = page.getByRole("application", { name: /über Schritt, 60 Punkte\./ }).first();
    await chart.focus();
    await page.keyboard.press("Home");
    await page.getByText(/^Schritt 0: 0,\d/).waitFor();
    await page.getByRole("tab", { name: "Übersicht" }).click();
    await page.getByRole("heading", { name: "Umgebung" }).waitFor();
    await page
      .getByText(/^\d{2}\.\d{2}\.\d{4}, \d{2}:\d{2}:\d{2}$/)
      .first()
      .waitFor();
    await page.getByText("1.204.833").first().waitFor();
    await page.getByRole("tab", { name: "Code" }).click();
    await page.getByText(/^3 Dateien waren gegenüber [0-9a-f]{7} geändert, als der Lauf begann\.$/).waitFor();
    await page.getByRole("button", { name: "Mit dem Commit vergleichen" }).first().waitFor();
  });

  it("list runs, find and count them", async () => {
    const folder = newFolder("loam-german-");
    makeStore(folder, { runs: 1200, metrics: 3, params: 4, points: 3 });
    const { page } = await open(folder, { page: "runs", filter: "" });
    await page.getByText("1.200 Läufe").waitFor();
    const grid = page.getByRole("grid", { name: "Läufe" });
    await grid.getByRole("columnheader", { name: "Status" }).waitFor();
    await page.getByRole("heading", { name: "Erste 5 Läufe der Liste" }).waitFor();
    await grid.getByRole("rowheader").first().click();
    await page.getByText("1.200 Läufe · 1 ausgewählt").waitFor();
    await page.getByRole("heading", { name: "1 ausgewählter Lauf" }).waitFor();
    await page.keyboard.press(".");
    await page.getByRole("menuitem", { name: "In den Papierkorb verschieben" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Tasten" }).getByText("Leertaste").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Tasten" }).waitFor({ state: "hidden" }); // it gives the focus back
    const field = page.getByRole("combobox", { name: "Läufe filtern und ordnen" });
    await field.fill("metrics.");
    await page
      .getByRole("option", { name: /1\.200 Läufe$/ })
      .first()
      .waitFor();
    await field.fill("metrics.f1 > 99");
    await page.getByText("Kein Lauf passt zum Filter.").waitFor();
  });

  it("compare runs in one sentence", async () => {
    const folder = newFolder("loam-german-");
    const [first = "", second = ""] = makeStore(folder, { runs: 2, metrics: 3, params: 4, points: 3 });
    const { page } = await open(folder, { page: "compare", runs: [first, second] });
    await page
      .getByRole("heading", { name: /^f1 [+−]\d,\d+ \(\d,\d+ → \d,\d+\)\. \d Parameter weichen ab\.$/ })
      .waitFor();
    await page
      .getByText(/^\d weichen ab$/)
      .first()
      .waitFor();
    await page
      .getByText(/ (besser|schlechter)$/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Tauschen" }).click();
  });

  it("say what is in data, and what changed in it", async () => {
    const { folder, table, versions } = await dataFolder();
    const { page } = await open(folder, { page: "dataset", dataset: table });
    await page.getByText("516 Zeilen, 8 Spalten").waitFor();
    await page.locator("header").getByText("Seit v4 geändert", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Neue Version …" }).waitFor();
    await page.getByRole("rowheader", { name: "income" }).click();
    await page.getByRole("heading", { name: "Verteilung von income" }).waitFor();
    await stage?.close();
    const { page: other } = await open(folder, {
      page: "dataset",
      dataset: table,
      version: versions[2] ?? "",
      tab: "diff",
    });
    await other.getByText("+69, −3, ~26 Zeilen").waitFor();
    await other
      .getByRole("gridcell", { name: /^\d+ → 1$/ })
      .first()
      .waitFor();
  });

  it("say of a version whether it is better, who decides, and who did what", async () => {
    const { folder, model, versions } = await modelsFolder();
    const { page } = await open(folder, { page: "model", model, version: versions[3]?.id ?? "" });
    await page.getByText(/^f1 \+0,021 besser als Champion v2 \(0,954 → 0,975\)\./).waitFor();
    await page.getByRole("button", { name: "Freigeben…" }).waitFor();
    await page.getByRole("region", { name: "Signatur" }).getByText("bricht Aufrufer").first().waitFor();
    await page
      .getByRole("region", { name: "Vertrauen" })
      .getByText("Enthält nur Daten", { exact: true })
      .waitFor();
    const checks = page.getByRole("region", { name: "Prüfungen", exact: true });
    await checks.getByText(/^Eingabe features mit anderer Form/).waitFor();
    await stage?.close();
    const { page: audit } = await open(folder, { page: "audit", model });
    await audit.getByRole("heading", { name: "Prüfung von churn" }).waitFor();
    await audit.getByRole("gridcell", { name: "bat um Freigabe von Version 4" }).first().waitFor();
    await audit.getByText(/^Alle \d+ Fakten sind, was geschrieben wurde\.$/).waitFor();
  });

  it("say what the engine says against a filter, at its column, and that a run is gone", async () => {
    const folder = newFolder("loam-german-");
    makeStore(folder, { runs: 3, metrics: 3, params: 4, points: 3 });
    const { page } = await open(folder, { page: "runs", filter: "" });
    await page.getByText("3 Läufe", { exact: true }).waitFor();
    const field = page.getByRole("combobox", { name: "Läufe filtern und ordnen" });
    const mistake = page.locator(".query-mistake");
    const told = async (text: string): Promise<string> => {
      await field.fill(text);
      await field.press("Escape");
      await mistake.waitFor();
      const said = await mistake.innerText();
      await field.fill("");
      await mistake.waitFor({ state: "detached" });
      return said;
    };
    assert.match(
      await told("metrics.f1 >> 2"),
      /metrics\.f1 >> 2\n {12}\^\nSpalte 13: '>' gefunden, erwartet: eine Zahl oder ein Text in Anführungszeichen\.$/,
    );
    assert.match(
      await told("parms.lr = '1'"),
      /Spalte 1: Läufe haben kein 'parms', erwartet: metrics, params, tags, attributes, datasets oder data; meinten Sie params\?$/,
    );
    assert.match(
      await told("start_time > 'soon'"),
      /Spalte 14: start_time ist ein Zeitpunkt, 'soon' gefunden, erwartet: ein Datum wie /,
    );
    await stage?.close();
    const gone = "0".repeat(32);
    const { page: other } = await open(folder, { page: "run", run: gone });
    await other
      .getByRole("alert")
      .getByText(`Dieser Lauf ließ sich nicht lesen. Es gibt keinen Lauf mit der Kennung ${gone}.`)
      .waitFor();
  });
});
