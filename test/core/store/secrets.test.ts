import assert from "node:assert/strict";
import fc from "fast-check";
import { looksSecret, maskSecret, secretMask, withoutSecret } from "../../../src/core/store/secrets.js";

const letters = "aZ3kQ9xB7mT2rW5yC8nV4pL6sD1fG0hJeK";
const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

const secret: [name: string, value: string][] = [
  ["password", "hunter2"],
  ["DB_PASSWORD", "123456"],
  ["dbPassword", "x"],
  ["MYSQL_PWD", "hunter2"],
  ["HF_TOKEN", "abcdefgh"],
  ["token", "abc"],
  ["wandb.api_key", "abc"],
  ["API-KEY", "abc"],
  ["apiKey", "abc"],
  ["OPENAI_API_KEY", "abc"],
  ["aws_secret_access_key", "abc"],
  ["client_secret", "abc"],
  ["credentials", "abc"],
  ["private_key", "abc"],
  ["http_auth", "user:word"],
  ["Authorization", "abc"],
  ["ssh_passphrase", "abc"],
  ["MLFLOW_TRACKING_TOKEN", "abc"],
  ["key", letters],
  ["encryption.keys", "0f8a3b2c9d4e5f60718293a4b5c6d7e8"],
  ["x", "AKIAIOSFODNN7EXAMPLE"],
  ["x", `ghp_${"a1B2".repeat(9)}`],
  ["x", `github_pat_${"a1B2".repeat(9)}`],
  ["x", `sk-proj-${letters}`],
  ["x", `sk-${"0123456789abcdef".repeat(2)}`],
  ["x", "xoxb-123456789012-abcdefABCDEF"],
  ["x", `hf_${letters.slice(0, 34)}`],
  ["x", `AIza${letters.slice(0, 35)}a`],
  ["x", jwt],
  ["x", `Bearer ${letters}`],
  ["x", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"],
  ["x", "-----BEGIN PRIVATE KEY-----"],
  ["url", "postgres://user:hunter2@host/db"],
  ["url", "see https://me:pw@host/x for it"],
  ["url", "https://host/x?a=1&token=abcdef"],
  ["url", "https://b.blob.core.windows.net/c?sv=1&sig=abcd%3D"],
  ["conn", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abcdefghijklmnop=="],
  ["users", '[{"name": "a", "password": "x"}]'],
];

const plain: [name: string, value: string][] = [
  ["tokenizer", "bert-base-uncased"],
  ["tokenizers_parallelism", "false"],
  ["max_tokens", "512"],
  ["n_tokens", "512"],
  ["pad_token", "<pad>"],
  ["eos_token_id", "2"],
  ["token_dropout", "0.1"],
  ["token_type", "bpe"],
  ["num_token", "5"],
  ["token", "none"],
  ["author", "Ada Lovelace"],
  ["authors", "Ada"],
  ["authority", "x"],
  ["secretary", "x"],
  ["password", ""],
  ["use_password", "true"],
  ["password_file", "/run/pw"],
  ["auth_type", "basic"],
  ["use_auth", "data.csv"],
  ["no-password", "prompt"],
  ["SSH_AUTH_SOCK", "/tmp/ssh-x/agent.1"],
  ["PWD", "/home/me/project"],
  ["key", "value"],
  ["sort_key", "name"],
  ["primary_key", "customer_id"],
  ["keys", "age,income,balance,tenure,city"],
  ["monkey", letters],
  ["keyboard", letters],
  ["pattern", "a+b"],
  ["pathology", "x"],
  ["compass", "north"],
  ["passes", "3"],
  ["learning_rate", "0.001"],
  ["url", "https://host/path?x=1"],
  ["url", "http://localhost:8080/a@b"],
  ["email", "me@host.org"],
  ["time", "12:30:00"],
  ["commit", "0f8a3b2c9d4e5f60718293a4b5c6d7e8091a2b3c"],
  ["digest", "sha256:0f8a3b2c9d4e5f60718293a4b5c6d7e8"],
  ["model", "sk-learn-logistic-regression-baseline"],
  ["cert", "-----BEGIN CERTIFICATE-----"],
  ["run", "eyJustAName"],
  ["CUDA_VISIBLE_DEVICES", "0,1"],
  ["layers", "[64, 64, 32]"],
  ["", ""],
];

describe("secrets", () => {
  for (const [name, value] of secret)
    it(`masks ${name} = ${value.slice(0, 40)}`, () => {
      assert.equal(looksSecret(name, value), true);
    });
  for (const [name, value] of plain)
    it(`keeps ${name} = ${value.slice(0, 40)}`, () => {
      assert.equal(looksSecret(name, value), false);
      assert.equal(withoutSecret(name, value), value);
    });

  it("takes only the password out of a URL", () => {
    assert.equal(
      maskSecret("postgres://user:hunter2@host:5432/db"),
      `postgres://user:${secretMask}@host:5432/db`,
    );
    assert.equal(
      maskSecret("https://a:b@h/x https://h/y?k=1&token=abcdef#z"),
      `https://a:${secretMask}@h/x https://h/y?k=1&token=${secretMask}#z`,
    );
    assert.equal(maskSecret(`https://a:b@h/${jwt}`), secretMask);
    assert.equal(maskSecret("hunter2"), secretMask);
  });

  it("leaves nothing of a secret, and a masked value as it is", () => {
    fc.assert(
      fc.property(fc.constantFrom(...secret), ([name, value]) => {
        const masked = withoutSecret(name, value);
        assert.equal(withoutSecret(name, masked), masked);
        for (const hidden of ["hunter2", "EXAMPLE", letters.slice(0, 20), "abcdef"])
          assert.ok(!masked.includes(hidden));
      }),
    );
  });

  it("is done with a megabyte of anything", () => {
    for (const piece of ["a", "eyJ-", "://", "://a:", "sk-A1", "?token=", "aA1", "-----BEGIN "])
      looksSecret("x", piece.repeat(1_000_000 / piece.length));
  });
});
