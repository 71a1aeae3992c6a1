// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import { CoinlessERC721 } from "./CoinlessERC721.sol";
import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";
import { DataURI } from "./libraries/DataURI.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { Statements } from "./libraries/Statements.sol";

/// @title WorkRegistry
/// @author Colophon
/// @notice Signed declarations in, ERC-721 titles out; the id of a title commits to what it names.
contract WorkRegistry is IWorkRegistry, CoinlessERC721, EIP712 {
    /// @dev Later royalties visit every parent once in one transaction, so their number is bounded.
    uint256 private constant PARENTS_LIMIT = 8;

    bytes4 private constant ERC4906_INTERFACE_ID = 0x49064906;

    // A title is one slot: holder 160 | effective date 40 | series 32 | flags 24 bits, lowest first. The upper 96
    // are Solady's extra data, which survives transfers. No rule uses the flags yet.
    uint96 private constant SERIES_OFFSET = 40;
    uint96 private constant FLAGS_OFFSET = 72;

    mapping(uint256 workId => uint32 count) private _supplements;

    constructor() EIP712("Colophon WorkRegistry", "1") { }

    /// @inheritdoc IWorkRegistry
    function register(Declaration calldata declaration) external returns (uint256 workId) {
        if (declaration.claimant != msg.sender) revert NotClaimant(declaration.claimant, msg.sender);

        workId = _record(declaration, Statements.hash(declaration));
    }

    /// @inheritdoc IWorkRegistry
    function registerFor(Registration calldata registration, bytes calldata signature)
        external
        returns (uint256 workId)
    {
        Declaration calldata declaration = registration.declaration;
        bytes32 declarationHash = Statements.hash(declaration);
        bytes32 structHash = Statements.hashRegistration(declarationHash, registration.deadline);
        _requireInTime(registration.deadline);
        _requireStatementOf(declaration.claimant, structHash, signature);

        workId = _record(declaration, declarationHash);
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
    function titleOf(uint256 workId)
        public
        view
        returns (address holder, uint64 effectiveDate, uint32 series, uint32 flags)
    {
        holder = _holderOf(workId);
        uint96 data = _getExtraData(workId);
        effectiveDate = uint40(data);
        series = uint32(data >> SERIES_OFFSET);
        flags = uint32(data >> FLAGS_OFFSET);
    }

    /// @inheritdoc IWorkRegistry
    function effectiveDateOf(uint256 workId) external view returns (uint64 effectiveDate) {
        (, effectiveDate,,) = titleOf(workId);
    }

    /// @inheritdoc IWorkRegistry
    function seriesOf(uint256 workId) external view returns (uint32 series) {
        (,, series,) = titleOf(workId);
    }

    /// @inheritdoc IWorkRegistry
    function supplementsOf(uint256 workId) external view returns (uint32 count) {
        return _supplements[workId];
    }

    /// @inheritdoc IWorkRegistry
    function workIdOf(Declaration calldata declaration) external pure returns (uint256 workId) {
        return uint256(Statements.hash(declaration));
    }

    /// @inheritdoc IWorkRegistry
    function registrationDigest(Registration calldata registration) external view returns (bytes32 digest) {
        bytes32 declarationHash = Statements.hash(registration.declaration);
        return _hashTypedDataV4(Statements.hashRegistration(declarationHash, registration.deadline));
    }

    /// @inheritdoc IWorkRegistry
    function supplementDigest(Supplement calldata statement) external view returns (bytes32 digest) {
        return _hashTypedDataV4(Statements.hash(statement));
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
        (, uint64 effectiveDate, uint32 series,) = titleOf(id);
        string[] memory attributes = new string[](3);
        attributes[0] = DataURI.date("Effective date", effectiveDate);
        attributes[1] = DataURI.number("Series", series);
        attributes[2] = DataURI.number("Supplements", _supplements[id]);
        return DataURI.document(
            "Colophon Title", "A claim with a date, not a finding of ownership.", id, attributes
        );
    }

    /// @notice Which interfaces this contract has (ERC-165).
    /// @param interfaceId The interface asked for.
    /// @return Whether it has it: ERC-165, ERC-721, its metadata, ERC-4906.
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == ERC4906_INTERFACE_ID || super.supportsInterface(interfaceId);
    }

    /// @dev Every way in ends here. Recording again changes nothing and emits nothing.
    function _record(Declaration calldata declaration, bytes32 declarationHash)
        private
        returns (uint256 workId)
    {
        _requireAscending(declaration.parents);
        workId = uint256(declarationHash);
        if (_exists(workId)) return workId;

        uint64 effectiveDate = uint64(block.timestamp);
        bool previousRelated =
            declaration.previous != 0 && _ownerOf(declaration.previous) == declaration.claimant;
        // The unchecked form, because its one write sets owner and date together; existence was checked above.
        _mintAndSetExtraDataUnchecked(declaration.claimant, workId, uint40(effectiveDate));
        emit WorkRegistered(
            workId,
            declaration.claimant,
            declaration.contentHash,
            declaration.fingerprintHash,
            declaration.metadataHash,
            declaration.parents,
            declaration.previous,
            previousRelated,
            effectiveDate
        );
    }

    function _append(uint256 workId, bytes32 metadataHash, address holder) private returns (uint32 sequence) {
        sequence = _supplements[workId] + 1;
        _supplements[workId] = sequence;
        emit SupplementRecorded(workId, sequence, metadataHash, holder);
        emit MetadataUpdate(workId);
    }

    function _advanceSeries(uint256 workId) private returns (uint32 series) {
        uint96 data = _getExtraData(workId);
        series = uint32(data >> SERIES_OFFSET) + 1;
        uint96 others = data & ~(uint96(type(uint32).max) << SERIES_OFFSET);
        _setExtraData(workId, others | (uint96(series) << SERIES_OFFSET));
        emit SeriesAdvanced(workId, series);
    }

    /// @dev Old offers must not outlive the holder who signed them, so each transfer starts a new series.
    function _afterTokenTransfer(address from, address, uint256 id) internal override {
        if (from != address(0)) _advanceSeries(id);
    }

    function _holderOf(uint256 workId) private view returns (address holder) {
        holder = _ownerOf(workId);
        if (holder == address(0)) revert UnknownWork(workId);
    }

    function _requireHolder(uint256 workId) private view {
        address holder = _holderOf(workId);
        if (holder != msg.sender) revert NotTitleHolder(workId, holder, msg.sender);
    }

    function _requireInTime(uint64 deadline) private view {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, uint64(block.timestamp));
    }

    function _requireStatementOf(address signer, bytes32 structHash, bytes calldata signature) private view {
        if (signer == msg.sender) return;

        bytes32 digest = _hashTypedDataV4(structHash);
        if (!Signatures.isSignedBy(signer, digest, signature)) revert InvalidSignature(signer, digest);
    }

    function _requireAscending(uint256[] calldata parents) private pure {
        if (parents.length > PARENTS_LIMIT) revert TooManyParents(parents.length, PARENTS_LIMIT);

        uint256 earlier = 0;
        for (uint256 i = 0; i < parents.length; ++i) {
            uint256 later = parents[i];
            if (later <= earlier) revert ParentsNotAscending(earlier, later);
            earlier = later;
        }
    }
}
