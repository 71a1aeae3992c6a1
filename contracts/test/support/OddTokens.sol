// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILicenseLedger } from "../../src/interfaces/ILicenseLedger.sol";
import { PlainToken } from "./PlainToken.sol";

/// @title A token that keeps one unit of every transfer
/// @author Colophon
contract TollToken is PlainToken {
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0)) super._update(to, address(0xFEE), 1);
    }
}

/// @title A token that calls the ledger back while it is being paid
/// @author Colophon
contract CallbackToken is PlainToken {
    ILicenseLedger private immutable _ledger;
    uint256 private immutable _workId;

    constructor(ILicenseLedger ledger, uint256 workId) {
        _ledger = ledger;
        _workId = workId;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (to == address(_ledger)) _ledger.withdraw(_workId, address(this));
    }
}
