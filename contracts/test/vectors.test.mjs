// The golden vectors, reproduced by viem: what a browser's wallet signs is what the contracts accept.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { hashStruct, hashTypedData, recoverTypedDataAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const vectors = JSON.parse(readFileSync(new URL("../../tests/vectors/statements.json", import.meta.url), "utf8"));

const artifact = (name) =>
  JSON.parse(readFileSync(new URL(`../../registry/chain/artifacts/${name}.json`, import.meta.url), "utf8"));

const STATEMENTS = [
  { list: "registration", primaryType: "Registration", contract: "WorkRegistry" },
  { list: "supplement", primaryType: "Supplement", contract: "WorkRegistry" },
  { list: "redaction", primaryType: "Redaction", contract: "WorkRegistry" },
  { list: "offer", primaryType: "Offer", contract: "LicenseLedger" },
  { list: "share_table", primaryType: "ShareTable", contract: "RoyaltyVault" },
  { list: "answer", primaryType: "Answer", contract: "DisputeDesk" },
];

for (const { list, primaryType, contract } of STATEMENTS) {
  test(`viem hashes and recovers every ${list} as the vectors say`, async () => {
    assert.ok(vectors[list].length > 0, `there are no vectors for ${list}`);
    for (const vector of vectors[list]) {
      const typed = {
        domain: vectors.domain[contract],
        types: vectors.types,
        primaryType,
        message: vector.message,
      };
      assert.equal(hashStruct({ data: vector.message, types: vectors.types, primaryType }), vector.struct_hash);
      assert.equal(hashTypedData(typed), vector.digest);
      assert.equal(await recoverTypedDataAddress({ ...typed, signature: vector.signature }), vector.signer);
    }
  });

  test(`viem signs every ${list} with the same bytes`, async () => {
    for (const vector of vectors[list]) {
      const signed = await privateKeyToAccount(vector.private_key).signTypedData({
        domain: vectors.domain[contract],
        types: vectors.types,
        primaryType,
        message: vector.message,
      });
      assert.equal(signed, vector.signature);
    }
  });
}

test("a declaration's struct hash is the id of its work", () => {
  for (const { message, work_id: workId } of vectors.registration) {
    const hash = hashStruct({ data: message.declaration, types: vectors.types, primaryType: "Declaration" });
    assert.equal(hash, workId);
  }
});

test("the shipped ABI takes statements with the fields, types and order that are signed", () => {
  const fields = (components) => components.map(({ name, type }) => ({ name, type }));
  const first = (contract, name) => artifact(contract).abi.find((entry) => entry.name === name).inputs[0].components;
  assert.deepEqual(fields(first("WorkRegistry", "register")), vectors.types.Declaration);
  assert.deepEqual(fields(first("WorkRegistry", "supplementFor")), vectors.types.Supplement);
  assert.deepEqual(fields(first("LicenseLedger", "purchase")), vectors.types.Offer);
  assert.deepEqual(fields(first("RoyaltyVault", "setShares")), vectors.types.ShareTable);
  assert.deepEqual(fields(first("DisputeDesk", "answerFor")), vectors.types.Answer);
});
