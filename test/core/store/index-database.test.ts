import assert from "node:assert/strict";
import { IndexDatabase } from "../../../src/core/store/index-database.js";

describe("the index's database", () => {
  it("goes on after an image was taken, which has all that was written before", async () => {
    const db = await IndexDatabase.open(undefined, [["twice", (value) => Number(value) * 2]]);
    db.script("create table t (n integer)");
    db.run("insert into t values (?)", [1]);
    const image = db.image();
    db.run("insert into t values (?)", [2]);
    const all = "select twice(n) from t order by n";
    assert.deepEqual(db.rows(all), [[2], [4]]);
    const reopened = await IndexDatabase.open(image);
    assert.deepEqual(reopened.rows("select n from t"), [[1]]);
    const later = await IndexDatabase.open(db.image());
    assert.deepEqual(later.rows("select n from t order by n"), [[1], [2]]);
    for (const one of [db, reopened, later]) one.close();
  });

  it("keeps no change of a statement that failed, and goes on", async () => {
    const db = await IndexDatabase.open();
    db.script("create table t (n integer unique)");
    db.run("insert into t values (?)", [1]);
    assert.throws(() => {
      db.run("insert into t values (?)", [1]);
    });
    db.run("insert into t values (?)", [2]);
    assert.deepEqual(db.rows("select n from t order by n"), [[1], [2]]);
    assert.deepEqual(db.rows("pragma integrity_check"), [["ok"]]);
    db.close();
  });
});
