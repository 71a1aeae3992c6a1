// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILicenseLedger } from "../interfaces/ILicenseLedger.sol";

/// @title What an offer must be, whoever takes it
/// @author Colophon
/// @notice The rules that need neither the title nor the ledger's memory.
library Offers {
    /// @notice The holder of a grant may pass it on.
    uint32 internal constant TRANSFERABLE = 1;

    /// @notice A grant allows derivative works.
    uint32 internal constant DERIVATIVES = 2;

    /// @notice A derivative must be licensed under the same terms.
    uint32 internal constant SHARE_ALIKE = 4;

    /// @notice While a grant runs, no other runs on its title.
    uint32 internal constant EXCLUSIVE = 8;

    uint32 private constant KNOWN_FLAGS = TRANSFERABLE | DERIVATIVES | SHARE_ALIKE | EXCLUSIVE;

    /// @notice One whole, in hundredths of a percent.
    uint16 internal constant BPS = 10_000;

    /// @dev 2^128 - 1 times 10 000, and the sum of 2^64 such prices, stay far below 2^256.
    uint256 private constant PRICE_LIMIT = type(uint128).max;

    /// @notice Refuse an offer that no purchase could ever meet as it stands.
    /// @param offer The offer.
    function requireWellFormed(ILicenseLedger.Offer calldata offer) internal pure {
        if (offer.flags & ~KNOWN_FLAGS != 0) revert ILicenseLedger.UnknownFlags(offer.flags, KNOWN_FLAGS);
        if (offer.price > PRICE_LIMIT) revert ILicenseLedger.PriceTooLarge(offer.price, PRICE_LIMIT);
        if (offer.royaltyBps > BPS) revert ILicenseLedger.RateTooLarge(offer.royaltyBps, BPS);
        if (offer.carrierBps > BPS) revert ILicenseLedger.RateTooLarge(offer.carrierBps, BPS);
        if (offer.maxGrants == 0) revert ILicenseLedger.ZeroMaxGrants();
        if (offer.duration == 0) revert ILicenseLedger.ZeroDuration();
        if ((offer.carrier == address(0)) != (offer.carrierBps == 0)) {
            revert ILicenseLedger.CarrierMismatch(offer.carrier, offer.carrierBps);
        }
    }

    /// @notice Refuse an offer outside its purchase window.
    /// @param offer The offer.
    function requireOpen(ILicenseLedger.Offer calldata offer) internal view {
        uint64 currentTime = uint64(block.timestamp);
        if (currentTime < offer.validFrom) {
            revert ILicenseLedger.OfferNotYetOpen(offer.validFrom, currentTime);
        }
        if (currentTime > offer.validUntil) revert ILicenseLedger.OfferClosed(offer.validUntil, currentTime);
    }
}
