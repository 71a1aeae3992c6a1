const shared = require("../solhint.config.js");

// The contracts' rules, less those that make no sense where nobody is called from outside.
module.exports = {
  extends: shared.extends,
  rules: {
    ...shared.rules,
    // A test is documented by its name, which is a sentence after `test_`.
    "use-natspec": "off",
    "func-name-mixedcase": "off",
    // The interface is named after what it offers, as forge's own is.
    "interface-starts-with-i": "off",
    // Small stand-ins are read side by side.
    "one-contract-per-file": "off",
    // A contract that refuses coin is one that has nothing in it.
    "no-empty-blocks": "off",
    // Sending coin to a contract that must refuse it takes a bare call.
    "avoid-low-level-calls": "off",
  },
};
