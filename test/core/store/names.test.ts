import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { Failure } from "../../../src/core/base/failure.js";
import { nameFromDisk, nameOnDisk, pathOnDisk } from "../../../src/core/store/names.js";
import { emptyFolder } from "../tracking/bench-folder.js";

const hard = fc.oneof(
  fc.constantFrom(
    "CON",
    "nul.txt",
    "com1",
    "LPT9.log",
    "a:b",
    "a%41",
    "%25",
    "%zz",
    "%%3A",
    "x.",
    "x ",
    ".",
    "..",
    "%2F",
  ),
  fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }),
  fc
    .array(fc.constantFrom("%", "2", "F", "a", ":", ".", " ", "\\", "\u0001", "é", "𝔭"), { minLength: 1 })
    .map((all) => all.join("")),
);
const name = hard.filter((one) => !one.includes("/") && !/\p{Cs}/u.test(one) && Buffer.byteLength(one) < 60);

describe("names on disk", () => {
  it("give the name back, and hold nothing that some platform cannot", () => {
    fc.assert(
      fc.property(name, (one) => {
        const disk = nameOnDisk(one);
        assert.equal(nameFromDisk(disk), one);
        assert.doesNotMatch(disk, /[<>:"|?*\\/\u0000-\u001f\u007f]/);
        assert.doesNotMatch(disk, /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i);
        assert.doesNotMatch(disk, /[. ]$/);
      }),
      { numRuns: 2000 },
    );
  });

  it("are different for different names", () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        assert.equal(nameOnDisk(one) === nameOnDisk(other), one === other);
      }),
    );
  });

  it("come back from a real folder", () => {
    const folder = emptyFolder();
    fc.assert(
      fc.property(name, (one) => {
        const file = path.join(folder, nameOnDisk(one));
        fs.writeFileSync(file, "");
        assert.ok(fs.readdirSync(folder).map(nameFromDisk).includes(one));
        fs.unlinkSync(file);
      }),
      { numRuns: 200 },
    );
  });

  it("of a stranger never become a path", () => {
    assert.equal(nameFromDisk("..%2F..%2Fetc"), "..%2F..%2Fetc");
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (!text.includes("/")) assert.ok(!nameFromDisk(text).includes("/"));
      }),
    );
  });

  it("longer than 255 bytes are refused", () => {
    assert.throws(() => nameOnDisk("x".repeat(256)), Failure);
    assert.throws(() => nameOnDisk("ü".repeat(128)), Failure);
    assert.equal(nameOnDisk("x".repeat(255)).length, 255);
  });
});

describe("a client's path", () => {
  const root = path.resolve("/store/artifacts");

  it("stands below its folder, whatever it is", () => {
    const segment = fc.oneof(name, fc.constantFrom("..", ".", "", "%2e%2e", "%252e%252e", "C:", "..\\.."));
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 6 }),
        fc.constantFrom("/", "\\", "%2f"),
        (parts, separator) => {
          let place: string;
          try {
            place = pathOnDisk(root, parts.join(separator));
          } catch (error) {
            assert.ok(error instanceof Failure && error.code === "path.invalid");
            return;
          }
          assert.ok(place === root || place.startsWith(root + path.sep), place);
          assert.ok(!place.slice(root.length).split(path.sep).includes(".."));
        },
      ),
      { numRuns: 2000 },
    );
  });

  for (const bad of [
    "../x",
    "a/../../x",
    "/etc/passwd",
    "\\x",
    "C:\\x",
    "c:/x",
    "%2e%2e/x",
    "%252e%252e%252fx",
    "a\u0000b",
  ])
    it(`${JSON.stringify(bad)} is refused`, () => {
      assert.throws(
        () => pathOnDisk(root, bad),
        (error) => error instanceof Failure && error.code === "path.invalid",
      );
    });

  it("nested beyond reason is refused", () => {
    assert.throws(() => pathOnDisk(root, "a/".repeat(65)), Failure);
    assert.equal(pathOnDisk(root, "a//./b/"), path.join(root, "a", "b"));
  });
});
