import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { eventually } from "../waiting.js";
import { exampleCopy, given, loam, track } from "./example.js";
import { Receiver } from "./receiver.js";
import { comes, Editor } from "./workbench.js";

const cli = path.join(given("LOAM_EXTENSION"), "dist", "cli.js");

/** Trains a real tree on the example's data; its score grows with the depth, so that the comparison is known. */
const fit = `import argparse, pickle
import pandas as pd
from sklearn.tree import DecisionTreeClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--depth", type=int, default=3)
args = parser.parse_args()
frame = pd.read_csv("data/breast_cancer.csv")
model = DecisionTreeClassifier(max_depth=args.depth, random_state=0)
model.fit(frame.drop(columns="benign"), frame["benign"])
with open("model.pkl", "wb") as file:
    pickle.dump(model, file)
for step in range(3):
    print(f"step={step} f1={0.9 + args.depth / 100}")
`;

/** What of `loam models show --json` is looked at. */
interface ToldVersion {
  readonly version: { readonly artifact: { readonly content: string } };
}

/** Only what somebody else approved may be the champion. */
const policy = `models:
  default:
    requester_counts: false
    protected: [champion]
`;

describe("what a person does with models", () => {
  let editor: Editor;
  let folder: string;
  const is = (name: string): void => {
    const git = (...words: readonly string[]): void => {
      execFileSync("git", words, { cwd: folder, stdio: "pipe" });
    };
    git("config", "user.name", name);
    git("config", "user.email", `${name.toLowerCase()}@example.org`);
  };
  const fitted = (depth: number, name: string): Promise<void> =>
    track(cli, folder, ["--name", name, "--", ".venv/bin/python", "fit.py", "--depth", String(depth)]);
  const told = (text: string | RegExp): Promise<void> =>
    editor.notifications().filter({ hasText: text }).first().waitFor();
  const version = (number: number) =>
    editor.page.locator(`.pane-body .monaco-list-row[aria-label^="v${number}, "]`).first();

  before(async () => {
    folder = exampleCopy();
    fs.writeFileSync(path.join(folder, "fit.py"), fit);
    fs.writeFileSync(path.join(folder, "loam.yaml"), policy);
    is("Ada");
    await loam(cli, folder, ["data", "add", "data/breast_cancer.csv"]);
    await fitted(3, "first");
    editor = await Editor.open({ folder, probe: true });
    await editor.sideBar("Loam");
    await editor.rows("first").first().waitFor();
  });
  after(() => editor.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await editor.picture("models-failed");
  });

  it("reads in the Models view what will stand there", async () => {
    await editor.page.getByText("A model that is worth keeping will stand here").waitFor();
    await editor.page.getByRole("button", { name: "Register a model…" }).waitFor();
    await editor.pictures("models-empty");
  });

  it("registers a file of a run, and sees the version on its page and in the view", async () => {
    await editor.menu(editor.rows("first").first(), "Register model…");
    await editor.pick("model.pkl");
    await editor.nameModel("churn");
    const page = editor.webview();
    await page.getByRole("heading", { name: "churn v1" }).waitFor();
    await page.getByRole("region", { name: "Trust" }).waitFor();
    await editor.press(editor.rows("churn").first().locator(".monaco-tl-twistie"), version(1));
    await editor.pictures("models-registered");
  });

  it("is refused the protected alias for a version that nobody approved", async () => {
    await editor.menu(version(1), "Set as champion");
    await told(/champion.*approved|approved.*champion/i);
    await editor.picture("models-refused");
  });

  it("asks for approval from the page, and may not give it herself", async () => {
    const page = editor.webview();
    await page.getByRole("button", { name: "Request approval" }).click();
    await editor.answer("Better on all slices.");
    await page.getByText("Ada asked for approval").first().waitFor();
    await page.getByText("Somebody else must approve: who asked does not count.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Approve…" }).count(), 0);
    await editor.rows("v1, approval requested").first().waitFor();
    await editor.pictures("models-asked");
  });

  it("sees it approved by somebody else, who then sets it as the champion", async () => {
    is("Bob");
    await editor.menu(editor.rows("v1, approval requested").first(), "Approve version…");
    await editor.page.getByText("Approve churn v1 as Bob").waitFor();
    await editor.answer("Looked at it.");
    await told("churn v1 is approved.");
    await editor.notifications().getByRole("button", { name: "Set as champion" }).first().click();
    await told("churn v1 is champion now.");
    await editor.rows("v1, approved").filter({ hasText: "champion" }).first().waitFor();
    const page = editor.webview();
    await page.getByText("This is the champion.").waitFor();
    await page.getByRole("region", { name: "Approvals" }).getByText("Looked at it.").waitFor();
    await editor.pictures("models-approved");
  });

  it("registers the next run as version 2, and compares it with the champion", async () => {
    await fitted(6, "second");
    await editor.rows("second").first().waitFor();
    await editor.menu(editor.rows("second").first(), "Register model…");
    await editor.pick("model.pkl");
    await editor.pick("churn");
    await editor.webview().getByRole("heading", { name: "churn v2" }).waitFor();
    await editor.menu(version(2), "Compare with champion");
    await editor.page.locator(".tab", { hasText: "churn v1 ↔ v2" }).first().waitFor();
    const page = editor.webview();
    await page.getByRole("heading", { name: /^f1 \+0\.030 \(0\.930 → 0\.960\)/ }).waitFor();
    await editor.pictures("models-compared");
  });

  it("reads in the audit who did what", async () => {
    await editor.menu(version(1), "Audit models");
    const page = editor.webview();
    await page.getByRole("heading", { name: "Audit of churn" }).waitFor();
    await page.getByText("Looked at it.").first().waitFor();
    await editor.pictures("models-audit");
  });

  it("converts the pickle to ONNX with the folder's Python, and measures what came of it", async () => {
    await editor.menu(version(1), "Convert to ONNX");
    await told(/^Answers like the model \(skl2onnx .*, compared on \d+ rows of its data\) within 0\.00001/);
    const part = editor.webview().getByRole("region", { name: "ONNX" });
    await eventually("the page of the version", async () => {
      await editor.menu(version(1), "Open model"); // once more where the list was drawn anew under the press
      return comes(part, 5000);
    });
    await part.getByText(/^Same answers on \d+ rows/).waitFor();
    await editor.menu(version(1), "Measure on this machine");
    await told(
      /^The ONNX file made of churn v1 loads in [\d.]+ ms on this machine; a row takes [\d.]+ ms\.$/,
    );
    await part.getByText(/^The converted file loads in/).waitFor();
    await editor.pictures("models-measured");
  });

  it("is asked before a model is loaded that may run anything: Cancel runs nothing, going on says what came of it", async () => {
    fs.writeFileSync(path.join(folder, "anything.pkl"), "cposix\nsystem\n(S'touch loaded'\ntR.");
    await loam(cli, folder, ["models", "register", "anything.pkl", "--name", "anything"]);
    const loaded = path.join(folder, "loaded");
    const model = editor.rows("anything, ").first();
    await model.locator(".monaco-tl-twistie").click();
    const its = editor.rows("v1, not approved, pickle").first();
    const dialog = editor.page.locator(".monaco-dialog-box");
    const question = dialog.getByText("To convert anything v1 it has to be loaded.");
    await editor.menuFor(its, "Convert to ONNX", question);
    await dialog.getByText("Loading it may run anything: posix.system.").waitFor();
    await editor.pictures("models-may-run-anything");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await question.waitFor({ state: "hidden" });
    await editor.menuFor(its, "Convert to ONNX", question);
    assert.equal(fs.existsSync(loaded), false);
    await dialog.getByRole("button", { name: "Load and convert" }).click();
    await told(
      /^The model cannot be converted: What the file holds \(int\) is no model .* register the ONNX file/,
    );
    assert.equal(fs.existsSync(loaded), true);
    await editor.notifications().filter({ hasText: "Converting anything" }).waitFor({ state: "detached" });
    await loam(cli, folder, ["models", "delete", "anything", "--yes"]);
    await model.waitFor({ state: "detached" });
  });

  it("downloads a version as the file that it was", async () => {
    const place = path.join(folder, "downloaded");
    fs.mkdirSync(place);
    const listed = editor.page.locator(".quick-input-list .monaco-list-row", { hasText: "downloaded" });
    await editor.menuFor(version(1), "Download files of version…", listed.first());
    await editor.pick("downloaded");
    await eventually("the folder in the dialog", async () => {
      const typed = await editor.page.locator(".quick-input-widget input").first().inputValue();
      return typed === `${place}/` ? true : undefined;
    });
    await editor.page.locator(".quick-input-widget").getByText("Download here").click();
    const kept = await eventually("the file", () => fs.readdirSync(place)[0]);
    const bytes = fs.readFileSync(path.join(place, kept));
    const { version: shown } = (await loam(cli, folder, ["models", "show", "churn/1"])) as ToldVersion;
    assert.equal(createHash("sha256").update(bytes).digest("hex"), shown.artifact.content);
  });

  it("follows the lineage from data to the run to the model, and back to the run's page", async () => {
    await editor.menu(editor.rows("data/breast_cancer.csv, v1").first(), "Show lineage");
    const page = editor.webview();
    const box = (text: string | RegExp) => page.locator(".lineage-box", { hasText: text }).first();
    await box("churn v2").waitFor();
    await editor.pictures("lineage-data");
    await box("first").click();
    await editor.webview().locator(".run-head h1", { hasText: "first" }).waitFor();
    await editor.menu(version(2), "Show lineage");
    await editor.page.locator(".tab", { hasText: "Lineage of churn v2" }).first().waitFor();
    await box("second").waitFor();
    await box(/breast_cancer\.csv v1/).waitFor();
    await editor.pictures("lineage-version");
  });

  it("has an address told of what happens to models, signed, and takes that back", async () => {
    const receiver = await Receiver.open();
    try {
      await editor.command("Loam: Add webhook…");
      await editor.answer(receiver.url);
      await editor.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
      await editor.page.keyboard.press("Enter"); // of everything
      await editor.answer("only we know");
      await told(`${receiver.url} is told of models from now on.`);
      await editor.menu(version(2), "Set alias…");
      await editor.pick("challenger");
      const { event, body, isSigned } = await eventually("the event", () => receiver.heard("only we know"));
      assert.deepEqual([event, isSigned], ["alias.moved", true]);
      assert.match(body, /"text":"gave the alias challenger to version 2"/);
      await editor.command("Loam: Manage webhooks…");
      await editor.pick(receiver.url);
      await editor.pick("Send a test");
      await told(`${receiver.url} took the test (204).`);
      assert.equal(receiver.heard("only we know", "test")?.isSigned, true);
      await editor.command("Loam: Manage webhooks…");
      await editor.page
        .locator(".quick-input-list .monaco-list-row", { hasText: "delivered" })
        .first()
        .waitFor();
      await editor.picture("models-webhooks");
      await editor.pick(receiver.url);
      await editor.pick("Remove");
      await told(`${receiver.url} is told of nothing any more.`);
    } finally {
      await receiver.close();
    }
  });

  it("is told what goes before a model is deleted for ever", async () => {
    await editor.menu(editor.rows("churn, ").first(), "Delete model…");
    const dialog = editor.page.locator(".monaco-dialog-box");
    await dialog.getByText("Delete churn with its 2 versions for ever?").waitFor();
    await editor.picture("models-delete");
    await dialog.getByRole("button", { name: "Delete for ever" }).click();
    await editor.page.getByText("A model that is worth keeping will stand here").waitFor();
  });
});
