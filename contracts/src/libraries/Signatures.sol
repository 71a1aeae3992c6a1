// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Whose signature is it?
/// @author Colophon
/// @notice An account speaks through its key or, if it has code, through that.
library Signatures {
    /// @notice Whether `signature` is the signer's, as a key or as a contract (ERC-1271).
    /// @dev The key is tried first: an account that delegates to code (EIP-7702) has both, and asking only its
    /// code would lock out everybody whose delegate knows nothing of signatures.
    /// @param signer Whose signature is needed.
    /// @param digest The EIP-712 digest.
    /// @param signature 65 bytes r, s, v with low s; or bytes for the signer's own code to judge.
    /// @return valid Whether either accepts it.
    function isSignedBy(address signer, bytes32 digest, bytes calldata signature)
        internal
        view
        returns (bool valid)
    {
        if (isKeySignature(signer, digest, signature)) return true;
        if (signer.code.length == 0) return false;

        return SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature);
    }

    /// @notice Whether `signature` is of the signer's key; no code is asked.
    /// @param signer Whose signature is needed.
    /// @param digest The EIP-712 digest.
    /// @param signature 65 bytes r, s, v with low s.
    /// @return valid Whether it is.
    function isKeySignature(address signer, bytes32 digest, bytes calldata signature)
        internal
        pure
        returns (bool valid)
    {
        // What is wrong with a bad signature does not matter.
        // slither-disable-next-line unused-return
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        return failure == ECDSA.RecoverError.NoError && recovered == signer;
    }
}
