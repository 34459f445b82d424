import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { exampleCopy, given, track } from "./example.js";
import { Editor } from "./workbench.js";

const cli = path.join(given("LOAM_EXTENSION"), "dist", "cli.js");

const fit = `import argparse, pickle

parser = argparse.ArgumentParser()
parser.add_argument("--depth", type=int, default=3)
args = parser.parse_args()
open("model.pkl", "wb").write(pickle.dumps({"depth": args.depth}))
for step in range(3):
    print(f"step={step} f1={0.9 + args.depth / 100}")
`;

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
    track(cli, folder, ["--name", name, "--", "python3", "fit.py", "--depth", String(depth)]);
  const told = (text: string | RegExp): Promise<void> =>
    editor.notifications().filter({ hasText: text }).first().waitFor();
  const version = (number: number) => editor.rows(`v${number}, `).first();

  before(async () => {
    folder = exampleCopy();
    fs.writeFileSync(path.join(folder, "fit.py"), fit);
    fs.writeFileSync(path.join(folder, "loam.yaml"), policy);
    is("Ada");
    await fitted(3, "first");
    editor = await Editor.open({ folder, probe: true });
    editor.page.setDefaultTimeout(30_000);
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
    await editor.answer("churn");
    const page = editor.webview();
    await page.getByRole("heading", { name: "churn v1" }).waitFor();
    await page.getByRole("region", { name: "Trust" }).waitFor();
    await editor.rows("churn").first().click();
    await editor.page.keyboard.press("ArrowRight");
    await version(1).waitFor();
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

  it("is told what goes before a model is deleted for ever", async () => {
    await editor.menu(editor.rows("churn, ").first(), "Delete model…");
    const dialog = editor.page.locator(".monaco-dialog-box");
    await dialog.getByText("Delete churn with its 2 versions for ever?").waitFor();
    await editor.picture("models-delete");
    await dialog.getByRole("button", { name: "Delete for ever" }).click();
    await editor.page.getByText("A model that is worth keeping will stand here").waitFor();
  });
});
