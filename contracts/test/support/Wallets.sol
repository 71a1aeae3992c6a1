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

/// @title A wallet contract that speaks for whoever owns it (ERC-1271)
/// @author Colophon
/// @notice It accepts its owner's bare signature, as simple wallets do: two of them with one owner accept the same bytes.
contract OwnedWallet {
    address public owner;

    constructor(address owner_) {
        owner = owner_;
    }

    receive() external payable { }

    /// @notice Have another owner.
    /// @param owner_ Who owns it from now on.
    function changeOwner(address owner_) external {
        owner = owner_;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (bytes32 r, bytes32 s) = abi.decode(signature[:64], (bytes32, bytes32));
        bool valid = ecrecover(digest, uint8(signature[64]), r, s) == owner;
        return valid ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// @title Code that an account may delegate to and that accepts every signature
/// @author Colophon
contract CredulousDelegate {
    receive() external payable { }

    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }
}
