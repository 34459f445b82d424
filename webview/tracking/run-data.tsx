import type { VNode } from "preact";
import type { DataCommand } from "../../src/protocol/pages.js";
import type { RunDetail } from "../../src/protocol/tracking.js";
import type { Page } from "../bridge.js";
import { Button, Icon } from "../controls.js";
import { Notice } from "../notice.js";
import { bytesText, countText } from "../numbers.js";
import { words } from "../words.js";
import { runWords } from "./run-words.js";

const said = runWords.data;
const mostRows = 1000;

interface RunDataProps {
  readonly page: Page;
  readonly run: RunDetail;
}

/** The data that went into a run: files that it read with the versions that they are, and what it named as inputs. */
export function RunData({ page, run: { id, data, inputs } }: RunDataProps): VNode {
  if (data.length + inputs.length === 0) return <Notice>{said.none}</Notice>;
  return (
    <>
      <div class="actions">
        <Button
          icon="type-hierarchy"
          onClick={() => {
            page.ask.request("host/openLineage", { focus: { kind: "run", run: id } }).catch(() => undefined); // the editor tells what went wrong
          }}
        >
          {said.lineage}
        </Button>
      </div>
      {data.length > 0 && (
        <section class="part" aria-label={said.read}>
          <h2>
            {said.read} <span class="muted">{countText(data.length)}</span>
          </h2>
          <div class="scroll-x" tabIndex={0} role="group" aria-label={said.read}>
            <table class="plain-table">
              <thead>
                <tr>
                  <th scope="col">{said.path}</th>
                  <th scope="col">{said.version}</th>
                  <th scope="col" class="number">
                    {said.size}
                  </th>
                  <th scope="col">{said.hash}</th>
                </tr>
              </thead>
              <tbody>
                {data.slice(0, mostRows).map((one) => (
                  <tr key={`${one.path} ${one.version?.id ?? ""}`}>
                    <th scope="row">
                      <button
                        type="button"
                        class="link code"
                        onClick={() => {
                          void page.ask.request("host/openFile", { path: one.path });
                        }}
                      >
                        {one.path}
                      </button>
                    </th>
                    <td>
                      <DataVersion page={page} data={one} />
                    </td>
                    <td class="number">{bytesText(one.size)}</td>
                    <td class="code" title={one.sha256 ?? undefined}>
                      {one.sha256 === null ? (
                        <span class="muted">{said.noHash}</span>
                      ) : (
                        one.sha256.slice(0, 16)
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {data.length > mostRows && <p class="muted">{words.more(data.length - mostRows)}</p>}
        </section>
      )}
      {inputs.length > 0 && (
        <section class="part" aria-label={said.inputs}>
          <h2>
            {said.inputs} <span class="muted">{countText(inputs.length)}</span>
          </h2>
          <div class="scroll-x" tabIndex={0} role="group" aria-label={said.inputs}>
            <table class="plain-table">
              <thead>
                <tr>
                  <th scope="col">{said.name}</th>
                  <th scope="col">{said.digest}</th>
                  <th scope="col">{said.source}</th>
                </tr>
              </thead>
              <tbody>
                {inputs.slice(0, mostRows).map(({ name, digest, source }) => (
                  <tr key={`${name} ${digest}`}>
                    <th scope="row">{name}</th>
                    <td class="code">{digest}</td>
                    <td class="code">{addressIn(source)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </>
  );
}

interface DataVersionProps {
  readonly page: Page;
  readonly data: RunDetail["data"][number];
}

/** Which version of which data set a file is, or that it is in none. */
function DataVersion({ page, data: { path, dataset, version, changed, by } }: DataVersionProps): VNode {
  const call = (command: DataCommand, more: { readonly version?: string; readonly file?: string }): void => {
    page.ask
      .request("host/dataCommand", { command, dataset: dataset?.id ?? null, ...more })
      .catch(() => undefined); // the editor tells what went wrong
  };
  const isInside = !/^([/\\]|[A-Za-z]:)/.test(path);
  return (
    <span class="data-version">
      {dataset && (
        <button
          type="button"
          class="link"
          onClick={() => {
            call("loam.data.open", version ? { version: version.id } : {});
          }}
        >
          {version ? said.versionName(dataset.name, version.number) : dataset.name}
        </button>
      )}
      {!version && <span class="muted">{said.notVersioned}</span>}
      {version && version.newest > version.number && <span class="muted">{said.newer(version.newest)}</span>}
      {changed && (
        <span class="data-changed">
          <Icon name="warning" />
          {said.changed}
        </span>
      )}
      {by !== "hook" && <span class="muted">{said.by[by]}</span>}
      {!dataset && isInside && (
        <button
          type="button"
          class="link"
          title={said.trackFile(path)}
          onClick={() => {
            call("loam.data.track", { file: path.replace(/(.)\/$/, "$1") });
          }}
        >
          {said.track}
        </button>
      )}
    </span>
  );
}

/** MLflow tells a source as JSON; where that is an address alone, it is what a person looks for. */
function addressIn(source: string): string {
  try {
    const told = JSON.parse(source) as unknown;
    if (typeof told !== "object" || told === null) return source;
    const values = Object.values(told) as unknown[];
    const [only] = values;
    return values.length === 1 && typeof only === "string" ? only : source;
  } catch {
    return source; // it is shown as it stands
  }
}
