// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ERC721 } from "solady/tokens/ERC721.sol";

import { CoinlessERC721 } from "./CoinlessERC721.sol";
import { ILicenseLedger } from "./interfaces/ILicenseLedger.sol";
import { IWorkRegistry } from "./interfaces/IWorkRegistry.sol";
import { DataURI } from "./libraries/DataURI.sol";
import { GrantFlags } from "./libraries/GrantFlags.sol";
import { Offers } from "./libraries/Offers.sol";
import { Statements } from "./libraries/Statements.sol";

/// @title The slot of a grant
/// @author Colophon
/// @notice holder 160 | start 40 | end 40 | flags 16 bits, lowest first. The upper 96 are Solady's extra data, which
/// survives transfers. An end of all ones is perpetual.
abstract contract Grants is ILicenseLedger, CoinlessERC721 {
    bytes4 private constant ERC5192_INTERFACE_ID = 0xb45a3c0e;

    uint40 internal constant FOR_EVER = type(uint40).max;

    uint96 private constant END_OFFSET = 40;
    uint96 private constant FLAGS_OFFSET = 80;

    /// @inheritdoc ILicenseLedger
    IWorkRegistry public immutable registry;

    /// @inheritdoc ILicenseLedger
    mapping(uint256 grantId => uint256 workId) public boundTo;

    constructor(IWorkRegistry registry_) {
        registry = registry_;
    }

    /// @inheritdoc ILicenseLedger
    function recoverGrants(address account, uint256[] calldata grantIds) external {
        address successor = registry.successorOf(account);
        if (successor != msg.sender) revert NotSuccessor(account, successor, msg.sender);

        for (uint256 i = 0; i < grantIds.length; ++i) {
            if (_ownerOf(grantIds[i]) != account) continue;
            // Whether it was sold as transferable does not matter: it is the same licensee.
            _transfer(account, msg.sender, grantIds[i]);
        }
    }

    /// @inheritdoc CoinlessERC721
    /// @dev Both forms of `safeTransferFrom` come through here.
    function transferFrom(address from, address to, uint256 id) public payable override(CoinlessERC721) {
        if (locked(id)) revert GrantLocked(id);

        super.transferFrom(from, to, id);
    }

    /// @inheritdoc ILicenseLedger
    function isValidAt(uint256 grantId, uint64 time) external view returns (bool valid) {
        // A grant that was never issued starts and ends at zero: no time is before its end.
        (uint40 start, uint40 end,) = _unpacked(grantId);
        return time >= start && (end == FOR_EVER || time < end);
    }

    /// @inheritdoc ILicenseLedger
    function grantOf(uint256 grantId)
        public
        view
        returns (address holder, uint64 start, uint64 end, uint32 flags)
    {
        holder = _grantee(grantId);
        uint40 narrowEnd;
        (start, narrowEnd, flags) = _unpacked(grantId);
        end = _widened(narrowEnd);
    }

    /// @inheritdoc ILicenseLedger
    function locked(uint256 tokenId) public view returns (bool) {
        (,,, uint32 flags) = grantOf(tokenId);
        // Flags are no time: nobody can shift them.
        // slither-disable-next-line incorrect-equality
        return flags & Offers.TRANSFERABLE == 0 || flags & GrantFlags.BOUND != 0;
    }

    /// @inheritdoc ILicenseLedger
    function grantIdOf(bytes32 offerHash, uint32 serial) public pure returns (uint256 grantId) {
        return uint256(keccak256(abi.encode(offerHash, serial)));
    }

    /// @notice Name of the collection of grants.
    /// @return The name.
    function name() public pure override returns (string memory) {
        return "Colophon Grant";
    }

    /// @notice Symbol of the collection of grants.
    /// @return The symbol.
    function symbol() public pure override returns (string memory) {
        return "GRANT";
    }

    /// @notice What storage holds about a grant, as a JSON document in a data URI.
    /// @param id The grant.
    /// @return The data URI.
    function tokenURI(uint256 id) public view override returns (string memory) {
        (, uint64 start, uint64 end, uint32 flags) = grantOf(id);
        string[] memory attributes = new string[](3);
        attributes[0] = DataURI.date("Start", start);
        // All ones mean perpetual and are no time.
        // slither-disable-next-line incorrect-equality
        attributes[1] = end == type(uint64).max ? DataURI.text("End", "perpetual") : DataURI.date("End", end);
        attributes[2] = DataURI.number("Flags", flags);
        return DataURI.document("Colophon Grant", "A licence, issued under signed terms.", id, attributes);
    }

    /// @notice Which interfaces this contract has (ERC-165).
    /// @param interfaceId The interface asked for.
    /// @return Whether it has it: ERC-165, ERC-721, its metadata, ERC-5192.
    function supportsInterface(bytes4 interfaceId) public view override(ERC721) returns (bool) {
        return interfaceId == ERC5192_INTERFACE_ID || super.supportsInterface(interfaceId);
    }

    /// @dev The unchecked form, because its one write sets owner and dates together; a serial is used only once.
    function _mintGrant(address licensee, uint256 grantId, uint40 start, uint40 end, uint32 flags) internal {
        _mintAndSetExtraDataUnchecked(licensee, grantId, _packed(start, end, flags));
    }

    /// @dev What the grant was at a past time stays as it was: its end only moves to now, and only if that is earlier.
    function _endNow(uint256 grantId) internal returns (bool wasLive, uint40 end) {
        uint40 start;
        uint32 flags;
        (start, end, flags) = _unpacked(grantId);
        if (end <= block.timestamp) return (false, end);

        end = uint40(block.timestamp);
        _setExtraData(grantId, _packed(start, end, flags));
        wasLive = true;
    }

    function _swapFlags(uint256 grantId, uint32 removed, uint32 added) internal {
        (uint40 start, uint40 end, uint32 flags) = _unpacked(grantId);
        _setExtraData(grantId, _packed(start, end, (flags & ~removed) | added));
    }

    function _saleId(Sale calldata sale) internal pure returns (uint256 grantId) {
        return grantIdOf(Statements.hash(sale.offer), sale.serial);
    }

    function _grantee(uint256 grantId) internal view returns (address holder) {
        holder = _ownerOf(grantId);
        if (holder == address(0)) revert UnknownGrant(grantId);
    }

    function _unpacked(uint256 grantId) internal view returns (uint40 start, uint40 end, uint32 flags) {
        uint96 data = _getExtraData(grantId);
        start = uint40(data);
        end = uint40(data >> END_OFFSET);
        flags = uint32(data >> FLAGS_OFFSET);
    }

    function _packed(uint40 start, uint40 end, uint32 flags) private pure returns (uint96 data) {
        return uint96(start) | (uint96(end) << END_OFFSET) | (uint96(flags) << FLAGS_OFFSET);
    }

    /// @dev Outside a slot, perpetual is the maximum of the wider type that everybody sees.
    function _widened(uint40 time) internal pure returns (uint64) {
        // All ones mean perpetual and are no time.
        // slither-disable-next-line incorrect-equality
        return time == FOR_EVER ? type(uint64).max : time;
    }
}
