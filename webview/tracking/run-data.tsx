import type { VNode } from "preact";
import type { RunDetail } from "../../src/protocol/tracking.js";
import type { Page } from "../bridge.js";
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

/** The data that went into a run: files that it read, with their hashes, and what it named as inputs. */
export function RunData({ page, run: { data, inputs } }: RunDataProps): VNode {
  if (data.length + inputs.length === 0) return <Notice>{said.none}</Notice>;
  return (
    <>
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
                  <th scope="col" class="number">
                    {said.size}
                  </th>
                  <th scope="col">{said.hash}</th>
                </tr>
              </thead>
              <tbody>
                {data.slice(0, mostRows).map(({ path, size, sha256 }) => (
                  <tr key={path}>
                    <th scope="row">
                      <button
                        type="button"
                        class="link code"
                        onClick={() => {
                          void page.ask.request("host/openFile", { path });
                        }}
                      >
                        {path}
                      </button>
                    </th>
                    <td class="number">{bytesText(size)}</td>
                    <td class="code" title={sha256 ?? undefined}>
                      {sha256 === null ? <span class="muted">{said.noHash}</span> : sha256.slice(0, 16)}
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
