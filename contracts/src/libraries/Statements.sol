// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeDesk } from "../interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "../interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "../interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "../interfaces/IWorkRegistry.sol";

/// @title EIP-712 struct hashes of everything that is signed
/// @author Colophon
/// @notice The types are written once, here; golden vectors hold other languages to the same bytes.
library Statements {
    bytes private constant DECLARATION_TYPE =
        "Declaration(address claimant,bytes32 contentHash,bytes32 fingerprintHash,bytes32 metadataHash,uint256[] parents,uint256 previous)";

    bytes32 private constant DECLARATION_TYPEHASH = keccak256(DECLARATION_TYPE);

    bytes32 private constant REGISTRATION_TYPEHASH =
        keccak256(bytes.concat("Registration(Declaration declaration,uint64 deadline)", DECLARATION_TYPE));

    bytes32 private constant SUPPLEMENT_TYPEHASH =
        keccak256("Supplement(uint256 workId,bytes32 metadataHash,uint32 sequence,uint64 deadline)");

    bytes32 private constant OFFER_TYPEHASH = keccak256(
        "Offer(address licensor,uint256 workId,uint32 series,bytes32 termsHash,uint32 flags,address currency,uint256 price,uint16 royaltyBps,uint32 maxGrants,address licensee,uint64 validFrom,uint64 validUntil,uint64 duration,address carrier,uint16 carrierBps,bytes32 salt)"
    );

    bytes32 private constant SHARE_TABLE_TYPEHASH = keccak256(
        "ShareTable(uint256 workId,uint32 series,uint32 epoch,address[] contributors,uint16[] bps,uint64 deadline)"
    );

    bytes32 private constant ANSWER_TYPEHASH =
        keccak256("Answer(uint256 disputeId,bytes32 evidenceHash,uint64 deadline)");

    /// @notice Struct hash of a declaration; as a number, the id of the work.
    /// @param declaration The declaration.
    /// @return structHash Independent of chain and contract.
    function hash(IWorkRegistry.Declaration calldata declaration) internal pure returns (bytes32 structHash) {
        return keccak256(
            abi.encode(
                DECLARATION_TYPEHASH,
                declaration.claimant,
                declaration.contentHash,
                declaration.fingerprintHash,
                declaration.metadataHash,
                keccak256(abi.encodePacked(declaration.parents)),
                declaration.previous
            )
        );
    }

    /// @notice Struct hash of a registration whose declaration is hashed already.
    /// @param declarationHash Struct hash of the declaration.
    /// @param deadline The registration's deadline.
    /// @return structHash Independent of chain and contract.
    function hashRegistration(bytes32 declarationHash, uint64 deadline)
        internal
        pure
        returns (bytes32 structHash)
    {
        return keccak256(abi.encode(REGISTRATION_TYPEHASH, declarationHash, deadline));
    }

    /// @notice Struct hash of a supplement.
    /// @param supplement The supplement.
    /// @return structHash Independent of chain and contract.
    function hash(IWorkRegistry.Supplement calldata supplement) internal pure returns (bytes32 structHash) {
        return keccak256(abi.encode(SUPPLEMENT_TYPEHASH, supplement));
    }

    /// @notice Struct hash of an offer.
    /// @param offer The offer.
    /// @return structHash Independent of chain and contract.
    function hash(ILicenseLedger.Offer calldata offer) internal pure returns (bytes32 structHash) {
        return keccak256(abi.encode(OFFER_TYPEHASH, offer));
    }

    /// @notice Struct hash of a share table.
    /// @param table The table.
    /// @return structHash Independent of chain and contract.
    function hash(IRoyaltyVault.ShareTable calldata table) internal pure returns (bytes32 structHash) {
        return keccak256(
            abi.encode(
                SHARE_TABLE_TYPEHASH,
                table.workId,
                table.series,
                table.epoch,
                keccak256(abi.encodePacked(table.contributors)),
                keccak256(abi.encodePacked(table.bps)),
                table.deadline
            )
        );
    }

    /// @notice Struct hash of an answer to a dispute.
    /// @param answer The answer.
    /// @return structHash Independent of chain and contract.
    function hash(IDisputeDesk.Answer calldata answer) internal pure returns (bytes32 structHash) {
        return keccak256(abi.encode(ANSWER_TYPEHASH, answer));
    }
}
