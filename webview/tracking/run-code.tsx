import type { VNode } from "preact";
import type { RunCommand } from "../../src/protocol/pages.js";
import type { RunDetail } from "../../src/protocol/tracking.js";
import type { Page } from "../bridge.js";
import { Button } from "../controls.js";
import { Notice } from "../notice.js";
import { bytesText } from "../numbers.js";
import { Facts } from "../parts.js";
import { runWords } from "./run-words.js";

const said = runWords.code;
const icons: Readonly<Record<string, string>> = {
  added: "diff-added",
  untracked: "diff-added",
  modified: "diff-modified",
  deleted: "diff-removed",
};

interface RunCodeProps {
  readonly page: Page;
  readonly run: RunDetail;
}

/** What the code of a run was: the commit that it started from and the files that were changed since. */
export function RunCode({ page, run }: RunCodeProps): VNode {
  const { code } = run;
  if (!code) return <Notice>{said.none}</Notice>;
  const { head, branch, remote, changed, changedFiles, leftOut, files, bytes, purged } = code;
  const commit = head?.slice(0, 7) ?? "";
  const diff = (path: string, against: "head" | "now") => (): void => {
    void page.ask.request("host/diffCode", { run: run.id, path, against });
  };
  const open = (path: string) => (): void => {
    void page.ask.request("host/openCode", { run: run.id, path });
  };
  const command = (name: RunCommand) => (): void => {
    void page.ask.request("host/command", { command: name, runs: [run.id] });
  };
  const sentence =
    head === null
      ? branch === null
        ? said.noRepository(files)
        : said.noCommit(files)
      : changed === null
        ? said.changedUnknown
        : changed === 0
          ? said.unchanged(commit)
          : said.changed(changed, commit);
  return (
    <>
      {purged && <Notice>{said.purged}</Notice>}
      <div class="toolbar">
        <p class="lead">{sentence}</p>
        {!purged && (
          <>
            <Button icon="code" onClick={command("loam.runs.openCode")}>
              {said.openAsItWas}
            </Button>
            <Button icon="diff" onClick={command("loam.runs.diffCode")}>
              {said.againstRun}
            </Button>
          </>
        )}
      </div>
      {changedFiles.length > 0 && (
        <div class="scroll-x" tabIndex={0} role="group" aria-label={sentence}>
          <table class="plain-table">
            <thead>
              <tr>
                <th scope="col">{said.path}</th>
                <th scope="col">{said.state}</th>
                <th scope="col">
                  <span class="spoken">{said.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {changedFiles.map(({ path, state }) => (
                <tr key={path}>
                  <th scope="row" class="code">
                    {path}
                  </th>
                  <td>
                    <span class={`state change-${state}`}>
                      <span class={`codicon codicon-${icons[state] ?? "diff"}`} aria-hidden="true" />
                      {said.states[state] ?? state}
                    </span>
                  </td>
                  <td>
                    {!purged && (
                      <span class="actions">
                        {isInCommit(state) && (
                          <button type="button" class="link" onClick={diff(path, "head")}>
                            {said.againstHead}
                          </button>
                        )}
                        {state !== "deleted" && (
                          <>
                            <button type="button" class="link" onClick={diff(path, "now")}>
                              {said.againstNow}
                            </button>
                            <button type="button" class="link" onClick={open(path)}>
                              {said.asItWas}
                            </button>
                          </>
                        )}
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {changed !== null && changed > changedFiles.length && changedFiles.length > 0 && (
        <p class="muted">{said.more(changed - changedFiles.length)}</p>
      )}
      <section class="part">
        <Facts
          none=""
          rows={[
            ...(branch === null ? [] : [[said.branch, branch] as const]),
            ...(remote === null ? [] : [[said.remote, remote] as const]),
            [said.kept, said.keptText(files, bytesText(bytes)), "words"],
            ...(Object.keys(leftOut).length === 0
              ? []
              : [[said.leftOut, said.leftOutText(leftOut), "words"] as const]),
          ]}
        />
      </section>
    </>
  );
}

const isInCommit = (state: string): boolean => state !== "added" && state !== "untracked";
