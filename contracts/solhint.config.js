// Every rule that is off says why. Formatting belongs to `forge fmt`, gas to `scripts/gas.py`, which measures it.
module.exports = {
  extends: "solhint:recommended",
  rules: {
    "compiler-version": ["error", "0.8.37"],
    "func-visibility": ["error", { ignoreConstructors: true }],
    // JSON inside a string reads better in single quotes than escaped.
    quotes: "off",
    // It does not read remappings; the compiler does.
    "import-path-check": "off",
    // A public immutable is named by the getter that the interface promises.
    "immutable-vars-naming": "off",
    // Guesses about gas: measured instead.
    "gas-increment-by-one": "off",
    "gas-indexed-events": "off",
    "gas-small-strings": "off",
    "gas-strict-inequalities": "off",
    // The order of a signed struct's fields is part of what is signed.
    "gas-struct-packing": "off",
  },
};
