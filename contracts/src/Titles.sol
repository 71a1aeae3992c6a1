// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import { CoinlessERC721 } from "./CoinlessERC721.sol";
import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { TitleFlags } from "./libraries/TitleFlags.sol";

/// @title The slot of a title
/// @author Colophon
/// @notice holder 160 | effective date 40 | series 32 | flags 24 bits, lowest first. The upper 96 are Solady's extra data,
/// which survives transfers.
abstract contract Titles is IWorkRegistry, CoinlessERC721, EIP712 {
    uint96 private constant SERIES_OFFSET = 40;
    uint96 private constant FLAGS_OFFSET = 72;

    constructor() EIP712("Colophon WorkRegistry", "1") { }

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
    function isCancelled(uint256 workId) public view returns (bool cancelled) {
        return uint32(_getExtraData(workId) >> FLAGS_OFFSET) & TitleFlags.CANCELLED != 0;
    }

    /// @dev The unchecked form, because its one write sets owner and date together: the caller knows that there is no
    /// title yet. A cancellation that lies in the slot is written over: the claimant has declared after all.
    function _mintTitle(address claimant, uint256 workId, uint64 effectiveDate) internal {
        _mintAndSetExtraDataUnchecked(claimant, workId, uint40(effectiveDate));
    }

    /// @dev Dates only move earlier.
    function _lowerDate(uint256 workId, uint64 effectiveDate) internal {
        uint96 data = _getExtraData(workId);
        uint64 before = uint40(data);
        if (effectiveDate >= before) return;

        _setExtraData(workId, (data & ~uint96(type(uint40).max)) | uint40(effectiveDate));
        emit EffectiveDateLowered(workId, before, effectiveDate);
    }

    function _advanceSeries(uint256 workId) internal returns (uint32 series) {
        uint96 data = _getExtraData(workId);
        series = uint32(data >> SERIES_OFFSET) + 1;
        uint96 others = data & ~(uint96(type(uint32).max) << SERIES_OFFSET);
        _setExtraData(workId, others | (uint96(series) << SERIES_OFFSET));
        emit SeriesAdvanced(workId, series);
    }

    function _setFlags(uint256 workId, uint32 flags) internal returns (uint32) {
        uint96 data = _getExtraData(workId) | (uint96(flags) << FLAGS_OFFSET);
        _setExtraData(workId, data);
        return uint32(data >> FLAGS_OFFSET);
    }

    function _clearFlags(uint256 workId, uint32 flags) internal {
        _setExtraData(workId, _getExtraData(workId) & ~(uint96(flags) << FLAGS_OFFSET));
    }

    /// @dev Old offers must not outlive the holder who signed them, so each transfer starts a new series.
    function _afterTokenTransfer(address from, address, uint256 id) internal override {
        if (from != address(0)) _advanceSeries(id);
    }

    function _holderOf(uint256 workId) internal view returns (address holder) {
        holder = _ownerOf(workId);
        if (holder == address(0)) revert UnknownWork(workId);
    }

    function _requireHolder(uint256 workId) internal view {
        address holder = _holderOf(workId);
        if (holder != msg.sender) revert NotTitleHolder(workId, holder, msg.sender);
    }

    function _requireInTime(uint64 deadline) internal view {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, uint64(block.timestamp));
    }

    function _requireStatementOf(address signer, bytes32 structHash, bytes calldata signature) internal view {
        if (signer == msg.sender) return;

        bytes32 digest = _hashTypedDataV4(structHash);
        if (!Signatures.isSignedBy(signer, digest, signature)) revert InvalidSignature(signer, digest);
    }
}
