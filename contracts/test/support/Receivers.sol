// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Address } from "@openzeppelin/contracts/utils/Address.sol";

/// @title A contract that holds titles, grants and shares, and calls somebody while it is being paid
/// @author Colophon
contract CallbackReceiver {
    using Address for address;

    address private _target;
    bytes private _call;

    /// @dev A wallet that accepts whatever is signed in its name (ERC-1271).
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }

    receive() external payable {
        _callOnce();
    }

    function prepare(address target, bytes calldata call) external {
        _target = target;
        _call = call;
    }

    /// @dev Once, so that what it is paid in between does not call again.
    function _callOnce() private {
        address target = _target;
        if (target == address(0)) return;

        _target = address(0);
        target.functionCall(_call);
    }
}

/// @title A market that keeps what it sells for its seller, and knows nothing of royalties
/// @author Colophon
contract TitleMarket {
    receive() external payable { }
}
