// A person's editor, driven as a person would: keys, clicks, what stands on the screen. It runs the packaged extension.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { errors, type Browser, type FrameLocator, type Locator, type Page } from "playwright-core";
import { newFolder } from "../run/loam.js";
import { installExtension, openBrowser, startServer, type EditorServer } from "../tooling/editor.mjs";
import { eventually, patienceMs } from "../waiting.js";
import { given } from "./example.js";
import { installProbe, installPythonExtension, runInside, type Inside } from "./inside.js";

/** The three looks in which every screen is shown, by the ids and names of the editor. */
export const themes = {
  light: { id: "Default Light Modern", name: "Light Modern", mark: "vs" },
  dark: { id: "Default Dark Modern", name: "Dark Modern", mark: "vs-dark" },
  contrast: { id: "Default High Contrast", name: "Dark High Contrast", mark: "hc-black" },
} as const;

export type Theme = keyof typeof themes;

export interface EditorOptions {
  /** The folder to open, or the file of a workspace of several; none: an empty window. */
  readonly folder?: string;
  readonly workspace?: string;
  /** Settings of the user beside those that keep a first start quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** True: a folder must be trusted first, as in a person's editor. */
  readonly trust?: boolean;
  readonly theme?: Theme;
  /** The display language, as it is with the language pack of that language; default: English. */
  readonly language?: string;
  /** True: `inside` can be called. */
  readonly probe?: boolean;
  /** True: beside Loam there is a Python extension, whose choice is the setting `python.defaultInterpreterPath`. */
  readonly pythonExtension?: boolean;
}

/** Whether something shows within the time, in ms; with `hidden` or `detached`, whether it goes. */
export const comes = (
  target: Locator,
  timeout: number,
  state: "visible" | "hidden" | "detached" = "visible",
): Promise<boolean> =>
  target.waitFor({ state, timeout }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof errors.TimeoutError) return false;
      throw error; // the question itself is wrong
    },
  );

const pictures = path.resolve(import.meta.dirname, "..", "..", ".cache", "pictures");

let once: Promise<string> | undefined;

/** A folder of extensions with Loam in it. To install it takes seconds each time, and a copy of what came of that does. */
function installed(): Promise<string> {
  const install = async (): Promise<string> => {
    const place = newFolder("loam-installed-");
    const extensions = path.join(place, "extensions");
    await installExtension(given("LOAM_VSIX"), { data: path.join(place, "data"), extensions });
    return extensions;
  };
  return (once ??= install());
}

/** An editor of its own: a server with the packaged extension installed, and a browser with one window. */
export class Editor {
  readonly page: Page;
  readonly #browser: Browser;
  readonly #server: EditorServer;
  readonly #place: string;
  readonly #url: string;

  private constructor(parts: {
    readonly page: Page;
    readonly browser: Browser;
    readonly server: EditorServer;
    readonly place: string;
    readonly url: string;
  }) {
    this.page = parts.page;
    this.#browser = parts.browser;
    this.#server = parts.server;
    this.#place = parts.place;
    this.#url = parts.url;
  }

  /** Installs the extension (LOAM_VSIX), starts the editor and waits until its workbench stands. */
  static async open(options: EditorOptions = {}): Promise<Editor> {
    const place = fs.mkdtempSync(path.join(os.tmpdir(), "loam-editor-"));
    const data = path.join(place, "data");
    const extensions = path.join(place, "extensions");
    fs.cpSync(await installed(), extensions, { recursive: true });
    if (options.probe === true) installProbe(extensions);
    if (options.pythonExtension === true) installPythonExtension(extensions);
    const settings = {
      "security.workspace.trust.startupPrompt": "never",
      "workbench.colorTheme": themes[options.theme ?? "dark"].id,
      "window.autoDetectColorScheme": false,
      ...options.settings,
    };
    const env = { LOAM_PROBE: path.join(place, "probe") };
    const server = await startServer({ data, extensions, settings, trust: options.trust ?? false, env });
    const browser = await openBrowser();
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.setDefaultTimeout(patienceMs);
    if (options.language !== undefined)
      await page.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(options.language)}`);
    const { folder, workspace } = options;
    const url = server.url(folder ? { folder } : workspace ? { workspace } : { ew: "true" });
    const editor = new Editor({ page, browser, server, place, url });
    try {
      await editor.reload();
    } catch (error) {
      await editor.close(); // nobody else can: whoever asked for it never gets it
      throw error;
    }
    return editor;
  }

  /** Opens the window anew, as after closing it. What runs in the server's extension host ends with the old window. */
  async reload(): Promise<void> {
    await this.page.goto(this.#url);
    await this.#stands();
  }

  /** Loads the window anew through the editor's own command, which first keeps what is open. */
  async reloadWindow(): Promise<void> {
    const loaded = this.page.waitForEvent("domcontentloaded");
    await this.command("Developer: Reload Window");
    await loaded;
    await this.#stands();
  }

  async #stands(): Promise<void> {
    await this.page.locator(".monaco-workbench .part.statusbar").waitFor();
    await this.page.locator(".monaco-workbench .activitybar a").first().waitFor();
  }

  /** Goes away from the window, as closing the tab does; `reload` comes back. */
  async leave(): Promise<void> {
    await this.page.goto("about:blank");
  }

  /** Runs a command by its title in the palette, which lists an extension's commands once extensions are read. */
  async command(title: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input");
    const entry = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
    await eventually(`the command ${title}`, async () => {
      await this.page.keyboard.press("F1");
      await input.fill(`>${title}`);
      const listed = await comes(entry, 2000);
      if (!listed) await this.page.keyboard.press("Escape");
      return listed;
    });
    await entry.click();
    await entry.waitFor({ state: "hidden" });
  }

  /** Installs another package of the extension, as an update does while the window is open. */
  async install(vsix: string): Promise<void> {
    const data = path.join(this.#place, "data");
    await installExtension(vsix, { data, extensions: path.join(this.#place, "extensions") });
  }

  /** Runs a function in the extension host; it sees nothing but its arguments. The editor was opened with `probe`. */
  async inside<A, T>(work: (inside: Inside, argument: A) => T | Promise<T>, argument: A): Promise<T> {
    const socket = path.join(this.#place, "probe");
    const answer = await eventually("the extension host", async () => {
      try {
        return { value: await runInside(socket, work, argument) };
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOENT" || code === "ECONNREFUSED") return undefined; // it has not started yet
        throw error;
      }
    });
    return answer.value;
  }

  /** Chooses from the menu of a row of a tree. */
  async menu(row: Locator, label: string): Promise<void> {
    const item = this.page.locator(".monaco-menu .action-item", { hasText: label }).first();
    const focused = this.page.locator(".monaco-menu .action-item.focused", { hasText: label }).first();
    await eventually(`the menu's ${label}`, async () => {
      await row.click({ button: "right" });
      try {
        await item.hover({ timeout: 3000 }); // a menu takes no click in the first moments after the one that opened it
        await focused.waitFor({ timeout: 3000 });
        return true;
      } catch {
        await this.page.keyboard.press("Escape"); // what came to the focus meanwhile closed the menu
        return undefined;
      }
    });
    await this.page.keyboard.press("Enter");
    await item.waitFor({ state: "hidden" });
  }

  /** As `menu`, once more where nothing came of it: a row that is drawn anew under the press takes none. */
  async menuFor(row: Locator, label: string, wanted: Locator): Promise<void> {
    await eventually(`what comes of ${label}`, async () => {
      await this.menu(row, label);
      return comes(wanted, 10_000);
    });
  }

  /** Clicks until what is to come of it shows: a row that is drawn anew under the press takes none. */
  async press(target: Locator, wanted: Locator): Promise<void> {
    await eventually("what comes of a press", async () => {
      await target.click();
      return comes(wanted, 10_000);
    });
  }

  /** Selects rows of a tree together. */
  async select(...rows: readonly Locator[]): Promise<void> {
    await eventually("the rows to be selected", async () => {
      for (const [at, row] of rows.entries()) await row.click(at === 0 ? {} : { modifiers: ["Control"] });
      const isSelected = await Promise.all(rows.map((row) => row.getAttribute("aria-selected")));
      return isSelected.every((is) => is === "true");
    });
  }

  /** Chooses an entry of the list that is open at the top. */
  async pick(label: string): Promise<void> {
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first().click();
  }

  /** Gives the model that is registered its name, in the list that takes what is typed too. */
  async nameModel(name: string): Promise<void> {
    await this.page.locator(".quick-input-title", { hasText: "Name of the model" }).waitFor();
    await this.page.locator(".quick-input-widget input").first().fill(name);
    await this.page.keyboard.press("Enter");
  }

  /** Types into the box that is open at the top, once the list that may have been there before is gone. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input").first();
    await this.page.locator(".quick-input-widget .quick-input-list").first().waitFor({ state: "hidden" });
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Opens the side bar of an entry of the activity bar: "Loam", "Explorer" … */
  async sideBar(name: string): Promise<Locator> {
    const entry = this.page.locator(`.activitybar a[aria-label^="${name}"]`).first();
    await entry.waitFor();
    const bar = this.page.locator(".part.sidebar");
    const title = bar.locator(".composite.title h2", { hasText: new RegExp(`^${name}`, "i") });
    if (!(await title.isVisible())) await entry.click();
    await title.waitFor();
    return bar;
  }

  /** The rows of any tree whose spoken label has this text. */
  rows(label: string): Locator {
    return this.page.locator(`.pane-body .monaco-list-row[aria-label*="${label}"]`);
  }

  /** Opens a file of the folder through quick open; it has the focus then. */
  async openFile(name: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input").first();
    const entry = this.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${name}"]`).first();
    await eventually(`${name} in the list of files`, async () => {
      await this.page.keyboard.press("Control+P");
      await input.fill(name);
      return comes(entry, 5000);
    });
    await entry.click();
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator(".editor-instance .monaco-editor.focused").waitFor();
  }

  /** Puts the cursor of the file that is open at a line and column, such as ":3:7". */
  async goTo(place: string): Promise<void> {
    await this.page.keyboard.press("Control+G");
    await this.page.locator(".quick-input-widget input").first().fill(place);
    await this.page
      .locator(".quick-input-list .monaco-list-row", { hasText: /go to line/i })
      .first()
      .waitFor();
    // Enter is taken only once the line was looked up; a second one would go into the file
    await eventually(`the cursor at ${place}`, async () => {
      await this.page.keyboard.press("Enter");
      return comes(this.page.locator(".quick-input-widget"), 5000, "hidden");
    });
    await this.page.locator(".editor-instance .monaco-editor.focused").waitFor();
  }

  /** The document of the webview that is shown, two frames deep. With several, the one whose frame matches. */
  webview(frame = "iframe.webview.ready"): FrameLocator {
    return this.page.frameLocator(frame).frameLocator("#active-frame");
  }

  /** The messages in the corner. */
  notifications(): Locator {
    return this.page.locator(".notifications-toasts .notification-list-item");
  }

  /** Changes the colours through the editor's own list of themes. */
  async look(theme: Theme): Promise<void> {
    const { name, mark } = themes[theme];
    const shown = this.page.locator(`.monaco-workbench.${mark}`);
    if (await shown.isVisible()) return;
    await this.command("Preferences: Color Theme");
    const input = this.page.locator(".quick-input-widget input");
    await input.fill(name);
    const entry = this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first();
    await entry.waitFor();
    await this.page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden" });
    await shown.waitFor();
  }

  /** Keeps what the window shows now below .cache/pictures. */
  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(pictures, `${name}.png`) });
  }

  /** Keeps what the window shows in the three looks, where somebody will look at it: each takes seconds. */
  async pictures(name: string): Promise<void> {
    if (process.env["LOAM_PICTURES"] === undefined) return;
    for (const theme of ["light", "dark", "contrast"] as const) {
      await this.look(theme);
      await this.picture(`${name}-${theme}`);
    }
  }

  /** Ends browser and server, and removes what they wrote. */
  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
    await eventually("the editor's folder to be free", () => {
      try {
        fs.rmSync(this.#place, { recursive: true, force: true });
        return true;
      } catch {
        return undefined; // a process that was ended just now may still write
      }
    });
  }
}
