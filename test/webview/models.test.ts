import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { decideApproval } from "../../src/core/registry/decisions.js";
import { packVersions, unpackVersions } from "../../src/protocol/model-lines.js";
import type { PageRequests } from "../../src/protocol/pages.js";
import { newFolder } from "../run/loam.js";
import { assertAccessible } from "./axe.js";
import { closeBrowser, hasBrowser, openStage, type Stage, type StageOptions } from "./harness.js";
import { becomes, eventually } from "../waiting.js";
import { as, bob, fullVersion, manyVersions, modelsFolder, type ModelsFolder } from "./models-folder.js";

(hasBrowser() ? describe : describe.skip)("pages of models", function () {
  this.timeout(120_000);
  let models: ModelsFolder;
  let stage: Stage | undefined;
  const open = async (subject: StageOptions["subject"], more: Partial<StageOptions> = {}): Promise<Stage> =>
    (stage = await openStage({ folder: models.folder, subject, ...more }));
  const lastAsked = () => stage?.asked.at(-1);
  const lastCommand = () => {
    const { method, params } = lastAsked() ?? {};
    return { method, command: (params as { readonly command?: string } | undefined)?.command };
  };
  const id = (number: number): string => models.versions[number - 1]?.id ?? "";

  before(async () => {
    models = await modelsFolder();
  });
  afterEach(async () => {
    assert.deepEqual(stage?.faults ?? [], []);
    await stage?.close();
    stage = undefined;
  });
  after(closeBrowser);

  it("say which version of a model counts and which waits, then list them all", async () => {
    const { page } = await open({ page: "model", model: models.model });
    await page.getByText("The champion is v2. Approval is asked for v4.").waitFor();
    const grid = page.getByRole("grid", { name: "Versions" });
    await page.locator(".model-grid").getByText("champion").waitFor();
    await page.locator(".model-grid").getByText("0.954").waitFor();
    await page.getByText("Says who").waitFor(); // the card, filled for the champion
    await page.getByText("f1 is 0.954").waitFor();
    await grid.getByRole("rowheader").first().click();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Compare 2 versions" }).click();
    await becomes(lastCommand, { method: "host/modelCommand", command: "loam.models.compare" });
  });

  it("tell whoever approves all on one page: metrics, checks, signature, where it comes from, what was said", async () => {
    const { page } = await open({ page: "model", model: models.model, version: id(4) });
    await page.getByText(/f1 \+0\.021 better than champion v2 \(0\.954 → 0\.975\)\./).waitFor();
    await page.getByText(/of the signature break/).waitFor();
    await page.getByText("Ada Berg asked for approval").first().waitFor();
    const metrics = page.getByRole("region", { name: "Metrics against the champion" });
    await metrics.getByRole("row", { name: /loss 0\.160 0\.210 ↓ −0\.050 better/ }).waitFor();
    const checks = page.getByRole("region", { name: "Checks" });
    await checks.getByText("metrics.f1 >= 0.9").waitFor();
    await page.getByRole("region", { name: "Signature" }).getByText("breaks callers").first().waitFor();
    await page.getByRole("region", { name: "Lineage" }).getByRole("button", { name: "wide-forest" }).click();
    await becomes(lastAsked, {
      method: "host/command",
      params: { command: "loam.runs.open", runs: [models.run] },
    });
    const thread = page.getByRole("region", { name: "Approvals" });
    await thread.getByText("Better on all slices.").waitFor();
    await thread.getByText("declared").first().waitFor(); // it is in no signed commit
    await page.getByRole("region", { name: "Trust" }).getByText("Holds data only").waitFor();
    await page.getByRole("region", { name: "Files" }).getByRole("button", { name: "model.onnx" }).waitFor();
    await page.getByRole("button", { name: "Approve…" }).click();
    await becomes(lastAsked, {
      method: "host/modelCommand",
      params: {
        command: "loam.models.approve",
        model: models.model,
        versions: [{ model: models.model, version: id(4) }],
      },
    });
  });

  it("offer the one step that is next, and follow what happens elsewhere", async () => {
    const other = await modelsFolder();
    const fourth = other.versions[3];
    assert.ok(fourth);
    stage = await openStage({
      folder: other.folder,
      subject: { page: "model", model: other.model, version: fourth.id },
    });
    const { page } = stage;
    await page.getByRole("button", { name: "Reject…" }).waitFor();
    as(other.folder, bob, (bench) => {
      decideApproval(bench, fourth, "approved", "Fine.");
    });
    await page.getByText("Approved by Bob Ode just now.").waitFor();
    await page.getByRole("button", { name: "Set as champion" }).waitFor();
    const rail = page.getByRole("listbox", { name: "Versions" });
    await rail.getByRole("option", { name: /^v3/ }).click();
    await page.getByText("Rejected by Bob Ode").waitFor();
    await page.getByRole("button", { name: "Request approval again" }).waitFor();
    await rail.getByRole("option", { name: /^v1/ }).click();
    await page.getByText("Only an approved version can be champion.").waitFor();
    await page.getByRole("button", { name: "Request approval" }).waitFor();
    await stage.reload();
    await page.getByRole("heading", { name: "churn v1" }).waitFor(); // what was chosen is there again
  });

  it("let the card be written in its place, with live facts in the preview", async () => {
    const { page } = await open({ page: "model", model: models.model, version: id(1) });
    await page.getByRole("button", { name: "Edit card" }).click();
    const field = page.getByRole("textbox", { name: "Markdown of the card" });
    await field.fill("Trees, **f1 {{metrics.f1}}**");
    await page.getByRole("region", { name: "Preview" }).getByText("f1 0.9").waitFor();
    await field.press("Control+Enter");
    await field.waitFor({ state: "detached" });
    await page.getByRole("region", { name: "Model card" }).getByText("Trees,").waitFor();
    const kept = await stage?.engine.request("models/version", { model: models.model, version: id(1) });
    assert.equal(kept?.version.card, "Trees, **f1 {{metrics.f1}}**");
  });

  it("load nothing in Restricted Mode", async () => {
    const { page } = await open({ page: "model", model: models.model, version: id(1) }, { trusted: false });
    await page.getByRole("heading", { name: "About this version" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Convert to ONNX" }).count(), 0);
    assert.equal(await page.getByRole("button", { name: "Measure on this machine" }).count(), 0);
  });

  it("say in their place what failed, and that a version is gone", async () => {
    const { page } = await open(
      { page: "model", model: models.model, version: id(4) },
      {
        between: (method, _, ask) =>
          /^models\/(proofs|files)$/.test(method) ? Promise.reject(new Error("EIO: i/o error, read")) : ask(),
      },
    );
    await page.getByText("Who signed what could not be read. EIO: i/o error, read").waitFor();
    await page.getByText(/f1 \+0\.021 better/).waitFor(); // the rest of the page lives
    await stage?.close();
    const gone = await open({ page: "model", model: models.model, version: "01ARZ3NDEKTSV4RRFFQ69G5FAV" });
    await gone.page.getByRole("alert").getByText("This version could not be read.").waitFor();
    await gone.page.getByRole("option", { name: /^v4/ }).waitFor();
  });

  it("show first what tells most where a version has much of everything, and the rest at a press", async () => {
    const folder = newFolder("loam-full-");
    const { page } = await open({ page: "model", ...fullVersion(folder) }, { folder });
    await page.getByRole("region", { name: "Approvals" }).getByText("Looked at 29.").waitFor();
    assert.ok((await page.locator("*").count()) < 2500);
    const press = async (region: string, name: string): Promise<void> =>
      page
        .getByRole("region", { name: region, exact: true })
        .getByRole("button", { name, exact: true })
        .click();
    const seen = (...texts: readonly string[]): Promise<boolean[]> =>
      Promise.all(texts.map((text) => page.getByText(text, { exact: true }).first().isVisible()));
    await stage?.settled();
    await becomes(
      () => seen("column_1999", "column_0", "slice_299", "layer_499"),
      [...[true, false, false, false]],
    );
    await page.getByText(/^Approved by Person \d+, Person \d+, Person \d+, 27 others/).waitFor();
    await assertAccessible(page, "a version with much of everything");
    await press("Signature", "1,999 more");
    await press("Metrics against the champion", "292 more");
    await press("Params", "480 more");
    await press("Approvals", "18 more");
    await press("Approvals", "Show all of 2,200 characters");
    await press("Model card", "Show all of 180,000 characters");
    await page.locator(".model-facts").getByRole("button", { name: "44 more" }).click();
    await becomes(
      () => seen("column_0", "slice_299", "layer_499", "Looked at 0.", "alias-49"),
      Array.from({ length: 5 }, () => true),
    );
    await page.locator(".markdown h3").nth(4000).waitFor();
    await page.getByRole("heading").getByRole("button", { name: "full" }).click();
    const grid = page.getByRole("grid", { name: "Versions" });
    await page.locator(".model-grid").getByText("+49").waitFor();
    await grid.getByRole("rowheader").first().click();
    await page.keyboard.press("End");
    await grid.getByRole("columnheader", { name: "Tags" }).waitFor();
    await page.locator(".model-grid").getByText("team=risk").waitFor();
    assert.equal(await grid.getByRole("columnheader", { name: "Stage" }).count(), 0);
  });

  it("show many versions as fast as few: only those in view are drawn", async () => {
    const folder = newFolder("loam-models-");
    const model = manyVersions(folder, 1);
    stage = await openStage({
      folder,
      subject: { page: "model", model },
      between: async (method, _, ask) => {
        const answer = await ask();
        if (method !== "models/page") return answer;
        const shown = answer as PageRequests["models/page"]["result"];
        const [first] = unpackVersions(shown.lines);
        assert.ok(first);
        const versions = Array.from({ length: 10_000 }, (__, at) => ({
          ...first,
          id: `01ARZ3NDEKTSV4RRFFQ6${String(at).padStart(6, "0")}`,
          number: 10_000 - at,
        }));
        return { ...shown, lines: packVersions(model, versions), versions: versions.length };
      },
    });
    const { page } = stage;
    const grid = page.getByRole("grid", { name: "Versions" });
    await grid.getByRole("rowheader", { name: "v10000" }).waitFor();
    assert.equal(await grid.getAttribute("aria-rowcount"), "10001");
    assert.ok((await page.locator(".grid-row").count()) < 200);
    await grid.getByRole("rowheader", { name: "v10000" }).click();
    await page.keyboard.press("Control+End");
    await grid.getByRole("rowheader", { name: /^v1$/ }).waitFor();
    const filter = page.getByRole("textbox").first();
    await filter.fill("v999 ada");
    await page.getByText("11 of 10,000 versions").waitFor();
    await becomes(
      () => grid.getByRole("rowheader").allInnerTexts(),
      [...Array.from({ length: 10 }, (_, at) => `v${9999 - at}`), "v999"],
    );
    await filter.fill("v999 nobody");
    await page.getByText("No version has all of these words.").waitFor();
  });
});

(hasBrowser() ? describe : describe.skip)("the page that compares versions", function () {
  this.timeout(120_000);
  let models: ModelsFolder;
  let stage: Stage;
  const refs = (...numbers: readonly number[]) =>
    numbers.map((number) => ({ model: models.model, version: models.versions[number - 1]?.id ?? "" }));

  before(async () => {
    models = await modelsFolder();
  });
  afterEach(async () => {
    assert.deepEqual(stage.faults, []);
    await stage.close();
  });
  after(closeBrowser);

  it("answers in one sentence, then in rows, and swaps", async () => {
    stage = await openStage({
      folder: models.folder,
      subject: { page: "compareVersions", versions: refs(2, 4) },
    });
    const { page } = stage;
    await page.getByRole("heading", { name: /^f1 \+0\.021 \(0\.954 → 0\.975\)\. .*break/ }).waitFor();
    const grid = page.getByRole("grid", { name: "Differences" });
    await grid.getByText("input features").waitFor();
    await page
      .locator(".compare-grid")
      .getByText(/breaks callers/)
      .first()
      .waitFor();
    await grid.getByText("depth").waitFor();
    await page.getByRole("button", { name: "Measure v4" }).click();
    await becomes(() => stage.asked.at(-1), {
      method: "host/modelCommand",
      params: { command: "loam.models.measure", model: models.model, versions: refs(4) },
    });
    await page.getByRole("button", { name: "Swap" }).click();
    await page.getByRole("heading", { name: /^f1 −0\.021/ }).waitFor();
  });

  it("says what to do with one version alone", async () => {
    stage = await openStage({
      folder: models.folder,
      subject: { page: "compareVersions", versions: refs(2) },
    });
    await stage.page.getByText("Choose at least two versions in Models, then Compare.").waitFor();
  });
});

(hasBrowser() ? describe : describe.skip)("the audit page", function () {
  this.timeout(120_000);
  let models: ModelsFolder;
  let stage: Stage;

  before(async () => {
    models = await modelsFolder();
  });
  afterEach(async () => {
    assert.deepEqual(stage.faults, []);
    await stage.close();
  });
  after(closeBrowser);

  it("lists who did what, filters, and is exported", async () => {
    stage = await openStage({ folder: models.folder, subject: { page: "audit", model: models.model } });
    const { page } = stage;
    await page.getByRole("heading", { name: "Audit of churn" }).waitFor();
    await page.getByText(/^All \d+ facts are what was written\.$/).waitFor();
    const grid = page.getByRole("grid", { name: "Facts, newest first" });
    await grid.getByRole("row").nth(3).waitFor();
    const status = () => page.getByRole("status").innerText();
    await eventually("the number of facts", async () => Number(/\d+/.exec(await status())?.[0]) > 5);
    await page.getByRole("textbox").first().fill("Worse for new customers");
    await becomes(status, "1 fact");
    await page.getByRole("button", { name: "Export as CSV…" }).click();
    await eventually("the export", async () => stage.asked.some(({ method }) => method === "host/saveText"));
    const saved = stage.asked.find(({ method }) => method === "host/saveText")?.params as { text: string };
    const lines = saved.text.trim().split("\r\n");
    assert.equal(lines.length, 2);
    assert.match(lines[1] ?? "", /Bob Ode <bob@example\.org>/);
    await page.getByText("What cannot be proved").click();
  });

  it("says what was changed by hand or is missing, and lists that alone", async () => {
    const { folder, model } = await modelsFolder();
    const ledger = path.join(folder, ".loam", "ledger");
    const files = fs.readdirSync(ledger, { recursive: true, encoding: "utf8" }).filter((name) => {
      if (!name.endsWith(".json")) return false;
      const { kind, comment } = JSON.parse(fs.readFileSync(path.join(ledger, name), "utf8")) as Record<
        string,
        string
      >;
      return kind === "approval.given" && (comment ?? "") !== "";
    });
    const [changed = "", gone = ""] = files;
    const text = fs.readFileSync(path.join(ledger, changed), "utf8");
    fs.writeFileSync(path.join(ledger, changed), text.replace('"comment":"', '"comment":"Not '));
    fs.rmSync(path.join(ledger, gone));
    stage = await openStage({ folder, subject: { page: "audit", model } });
    const { page } = stage;
    await page
      .getByText("1 fact was changed by hand. 1 fact is known here and missing on this branch.")
      .waitFor();
    const status = () => page.getByRole("status").innerText();
    const all = await eventually("the number of facts", async () => /^\d+ facts$/.exec(await status())?.[0]);
    const proofs = page.getByRole("combobox", { name: "Proof" });
    for (const choice of ["changed by hand (1)", "not on this branch (1)"]) {
      await proofs.click();
      await page.getByRole("option", { name: choice }).click();
      await becomes(status, "1 fact");
    }
    await proofs.click();
    await page.getByRole("option", { name: "All proofs" }).click();
    await becomes(status, all);
    await assertAccessible(page, "an audit that found something");
  });
});
