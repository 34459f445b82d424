import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { exampleCopy, given, loam } from "./example.js";
import { Editor } from "./workbench.js";

const cli = path.join(given("LOAM_EXTENSION"), "dist", "cli.js");

/** One person's clone; what they do outside of the editor. */
class Clone {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  is(name: string): void {
    this.git("config", "user.name", name);
    this.git("config", "user.email", `${name.toLowerCase()}@example.org`);
  }

  git(...words: readonly string[]): void {
    execFileSync("git", ["-C", this.folder, ...words], { stdio: "pipe" });
  }

  share(message: string): void {
    this.git("add", "-A");
    this.git("commit", "-q", "-m", message);
  }

  loam(...words: readonly string[]): Promise<unknown> {
    return loam(cli, this.folder, words);
  }

  write(name: string, text: string): void {
    fs.writeFileSync(path.join(this.folder, name), text);
  }
}

describe("what a person sees of what another clone did", () => {
  let editor: Editor;
  let ada: Clone;
  let bo: Clone;
  const row = (label: string) => editor.rows(label).first();
  const open = (label: string): Promise<void> =>
    editor.press(
      row(label).locator(".monaco-tl-twistie"),
      editor.page.locator(`.pane-body .monaco-list-row[aria-label*="${label}"][aria-expanded=true]`),
    );

  before(async () => {
    ada = new Clone(exampleCopy());
    ada.is("Ada");
    ada.write("train.csv", "id,label\n1,a\n");
    ada.write("model.pkl", "Ada's");
    await ada.loam("data", "add", "train.csv", "-m", "first");
    await ada.loam("models", "register", "model.pkl", "--name", "churn");
    ada.share("Track data, register a model");
    bo = new Clone(`${ada.folder}-bo`);
    execFileSync("git", ["clone", "-q", ada.folder, bo.folder], { stdio: "pipe" });
    bo.is("Bo");
    bo.write("train.csv", "id,label\n1,a\n3,c\n");
    bo.write("model.pkl", "Bo's");
    await bo.loam("data", "add", "train.csv", "-m", "a row of Bo's");
    await bo.loam("models", "register", "model.pkl", "--name", "churn");
    await bo.loam("models", "ask", "churn/2", "-m", "better");
    bo.git("checkout", "-q", "--", "train.csv", "model.pkl");
    bo.share("Bo's versions");
    editor = await Editor.open({ folder: ada.folder });
    await editor.sideBar("Loam");
  });
  after(() => editor.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await editor.picture("clones-failed");
  });

  it("makes versions with numbers that another person gave too", async () => {
    ada.write("train.csv", "id,label\n1,a\n2,b\n");
    await row("train.csv, v1, changed").waitFor();
    const asked = editor.page.locator(".quick-input-widget input").first();
    await editor.menuFor(row("train.csv, v1, changed"), "Make new version…", asked);
    await editor.answer("a row of Ada's");
    await row("train.csv, v2, as in v2").waitFor();
    ada.write("model.pkl", "Ada's second");
    await editor.sideBar("Explorer");
    const file = editor.page.locator(".explorer-folders-view .monaco-list-row[aria-label*='model.pkl']");
    await editor.menu(file.first(), "Register model…");
    await editor.pick("churn");
    await editor.webview().getByRole("heading", { name: "churn v2" }).waitFor();
    await editor.sideBar("Loam");
    await row("churn, v2").waitFor();
    ada.git("checkout", "-q", "--", "train.csv", "model.pkl");
    ada.share("Ada's versions");
  });

  it("sees both after a merge without a conflict, the later number moved and said so", async () => {
    ada.git("pull", "-q", "--no-rebase", "--no-edit", bo.folder, "HEAD");
    await row("train.csv, v3").waitFor();
    await open("train.csv, v3");
    await row("asked for 2, is 3").waitFor();
    await open("churn, v3");
    await editor.rows("v3, ").filter({ hasText: "asked for 2, is 3" }).first().waitFor();
    await editor.pictures("clones-merged");
  });

  it("loses nothing by a change of the branch, and sees what is not on it", async () => {
    ada.git("switch", "-q", "-c", "before", "HEAD~1");
    await editor.rows("not on this branch").nth(1).waitFor();
    await row("train.csv, v3").waitFor();
    await editor.picture("clones-branch");
    ada.git("switch", "-q", "main");
    await editor.rows("not on this branch").first().waitFor({ state: "detached" });
    await row("churn, v3").waitFor();
  });
});
