import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../../src/core/base/ports.js";
import { WindowedFile } from "../../../src/core/store/windowed-file.js";
import { emptyFolder } from "../tracking/bench-folder.js";

describe("a file that is read in small parts", () => {
  it("is read in large pieces, also where one goes forward in several places of it in turn", () => {
    const file = path.join(emptyFolder(), "facts");
    const bytes = Buffer.from(Array.from({ length: 2_000_000 }, (_, at) => at % 251));
    fs.writeFileSync(file, bytes);
    let opened = 0;
    const files = {
      ...nodePorts.files,
      openRead: (name: string) => {
        opened++;
        return nodePorts.files.openRead(name);
      },
    };
    const windowed = new WindowedFile(files, file);
    const places = [0, 600_000, 1_200_000, 1_800_000];
    for (let step = 0; step < 1000; step++)
      for (const place of places) {
        const [from, to] = [place + step * 100, place + step * 100 + 100];
        assert.ok(windowed.read(from, 100)?.equals(bytes.subarray(from, to)));
      }
    assert.equal(opened, places.length);
    assert.equal(windowed.read(1_999_950, 100), undefined);
  });
});
