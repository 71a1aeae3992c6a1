// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A wallet contract that accepts one digest (ERC-1271) and any coin
/// @author Colophon
contract OneDigestWallet {
    bytes32 private immutable _accepted;

    constructor(bytes32 accepted) {
        _accepted = accepted;
    }

    receive() external payable { }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return digest == _accepted ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// @title Code that an account may delegate to and that knows nothing of signatures
/// @author Colophon
contract SilentDelegate {
    receive() external payable { }
}

/// @title A holder that takes no coin
/// @author Colophon
contract CoinRefuser { }
