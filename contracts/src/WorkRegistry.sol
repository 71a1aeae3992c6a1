// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ERC721 } from "solady/tokens/ERC721.sol";

import { CoinlessERC721 } from "./CoinlessERC721.sol";
import { Recoveries } from "./Recoveries.sol";
import { Registrations } from "./Registrations.sol";
import { ICheckpointLog } from "./interfaces/ICheckpointLog.sol";
import { IDisputeDesk } from "./interfaces/IDisputeDesk.sol";
import { ILicenseLedger } from "./interfaces/ILicenseLedger.sol";
import { IRoyaltyVault } from "./interfaces/IRoyaltyVault.sol";
import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";
import { DataURI } from "./libraries/DataURI.sol";
import { Statements } from "./libraries/Statements.sol";
import { TitleFlags } from "./libraries/TitleFlags.sol";

/// @title WorkRegistry
/// @author Colophon
/// @notice Signed declarations in, ERC-721 titles out; the id of a title commits to what it names.
contract WorkRegistry is Registrations, Recoveries {
    bytes4 private constant ERC4906_INTERFACE_ID = 0x49064906;
    bytes4 private constant ERC5646_INTERFACE_ID = 0xf5112315;

    /// @inheritdoc IWorkRegistry
    IDisputeDesk public immutable desk;

    /// @inheritdoc IWorkRegistry
    ILicenseLedger public immutable ledger;

    /// @inheritdoc IWorkRegistry
    IRoyaltyVault public immutable vault;

    mapping(uint256 workId => uint32 count) private _supplements;

    /// @notice Open a registry.
    /// @param log_ The log whose dates are believed.
    /// @param desk_ The desk that may mark and assign titles.
    /// @param ledger_ The ledger; read for state fingerprints only.
    /// @param vault_ The vault; told when a ruling gives a title away, and read for state fingerprints.
    constructor(ICheckpointLog log_, IDisputeDesk desk_, ILicenseLedger ledger_, IRoyaltyVault vault_)
        Registrations(log_)
    {
        desk = desk_;
        ledger = ledger_;
        vault = vault_;
    }

    /// @inheritdoc IWorkRegistry
    function supplement(uint256 workId, bytes32 metadataHash) external returns (uint32 sequence) {
        _requireHolder(workId);

        sequence = _append(workId, metadataHash, msg.sender);
    }

    /// @inheritdoc IWorkRegistry
    function supplementFor(Supplement calldata statement, bytes calldata signature) external {
        address holder = _holderOf(statement.workId);
        uint32 expected = _supplements[statement.workId] + 1;
        _requireInTime(statement.deadline);
        if (statement.sequence != expected) {
            revert SequenceNotNext(statement.workId, expected, statement.sequence);
        }
        _requireStatementOf(holder, Statements.hash(statement), signature);

        _append(statement.workId, statement.metadataHash, holder);
    }

    /// @inheritdoc IWorkRegistry
    function cancelAllOffers(uint256 workId) external returns (uint32 series) {
        _requireHolder(workId);

        series = _advanceSeries(workId);
    }

    /// @inheritdoc IWorkRegistry
    function retract(uint256 workId) external {
        _requireHolder(workId);
        (,,, uint32 flags) = titleOf(workId);
        if (flags & TitleFlags.RETRACTED != 0) return;

        _setFlags(workId, TitleFlags.RETRACTED);
        emit WorkRetracted(workId, msg.sender);
        emit MetadataUpdate(workId);
    }

    /// @inheritdoc IWorkRegistry
    function assign(uint256 workId, address to) external {
        _requireDesk();

        address from = _holderOf(workId);
        _clearFlags(workId, TitleFlags.RETRACTED | TitleFlags.UPHELD);
        _setFlags(workId, TitleFlags.ASSIGNED);
        emit TitleAssigned(workId, from, to);
        emit MetadataUpdate(workId);
        _transfer(from, to, workId);
        vault.reset(workId);
    }

    /// @inheritdoc IWorkRegistry
    function mark(uint256 workId, uint32 flags) external {
        _requireDesk();

        emit TitleMarked(workId, _setFlags(workId, flags));
        emit MetadataUpdate(workId);
    }

    /// @inheritdoc IWorkRegistry
    function recoverTitles(address account, uint256[] calldata workIds) external {
        _requireSuccessor(account);

        for (uint256 i = 0; i < workIds.length; ++i) {
            if (_ownerOf(workIds[i]) != account) continue;
            _requireNotFrozen(workIds[i]);
            _transfer(account, msg.sender, workIds[i]);
        }
    }

    /// @inheritdoc CoinlessERC721
    /// @dev Both forms of `safeTransferFrom` come through here.
    function transferFrom(address from, address to, uint256 id) public payable override(CoinlessERC721) {
        _requireNotFrozen(id);

        super.transferFrom(from, to, id);
    }

    /// @inheritdoc IWorkRegistry
    function supplementsOf(uint256 workId) external view returns (uint32 count) {
        return _supplements[workId];
    }

    /// @inheritdoc IWorkRegistry
    function supplementDigest(Supplement calldata statement) external view returns (bytes32 digest) {
        return _hashTypedDataV4(Statements.hash(statement));
    }

    /// @inheritdoc IWorkRegistry
    function getStateFingerprint(uint256 tokenId) external view returns (bytes32 fingerprint) {
        (, uint64 effectiveDate, uint32 series, uint32 flags) = titleOf(tokenId);
        return keccak256(
            abi.encode(
                tokenId,
                effectiveDate,
                series,
                flags,
                _supplements[tokenId],
                ledger.stateHashOf(tokenId),
                vault.stateHashOf(tokenId)
            )
        );
    }

    /// @notice Name of the collection of titles.
    /// @return The name.
    function name() public pure override returns (string memory) {
        return "Colophon Title";
    }

    /// @notice Symbol of the collection of titles.
    /// @return The symbol.
    function symbol() public pure override returns (string memory) {
        return "TITLE";
    }

    /// @notice What storage holds about a title, as a JSON document in a data URI.
    /// @param id The work.
    /// @return The data URI.
    function tokenURI(uint256 id) public view override returns (string memory) {
        (, uint64 effectiveDate, uint32 series, uint32 flags) = titleOf(id);
        string[] memory attributes = new string[](4);
        attributes[0] = DataURI.date("Effective date", effectiveDate);
        attributes[1] = DataURI.number("Series", series);
        attributes[2] = DataURI.number("Supplements", _supplements[id]);
        attributes[3] = DataURI.number("Flags", flags);
        return DataURI.document(
            "Colophon Title", "A claim with a date, not a finding of ownership.", id, attributes
        );
    }

    /// @notice Which interfaces this contract has (ERC-165).
    /// @param interfaceId The interface asked for.
    /// @return Whether it has it: ERC-165, ERC-721, its metadata, ERC-4906, ERC-5646.
    function supportsInterface(bytes4 interfaceId) public view override(ERC721) returns (bool) {
        return interfaceId == ERC4906_INTERFACE_ID || interfaceId == ERC5646_INTERFACE_ID
            || super.supportsInterface(interfaceId);
    }

    function _append(uint256 workId, bytes32 metadataHash, address holder) private returns (uint32 sequence) {
        sequence = _supplements[workId] + 1;
        _supplements[workId] = sequence;
        emit SupplementRecorded(workId, sequence, metadataHash, holder);
        emit MetadataUpdate(workId);
    }

    function _requireNotFrozen(uint256 workId) private view {
        // The desk is ours and only answers; a frozen title must stop the call.
        // slither-disable-next-line calls-loop
        uint64 frozenUntil = desk.frozenUntil(workId);
        if (block.timestamp < frozenUntil) revert TitleFrozen(workId, frozenUntil);
    }

    function _requireDesk() private view {
        if (msg.sender != address(desk)) revert NotDisputeDesk(msg.sender);
    }
}
