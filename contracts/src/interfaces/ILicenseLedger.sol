// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IWorkRegistry } from "./IWorkRegistry.sol";

/// @title The ledger of licences
/// @author Colophon
/// @notice A licensor signs an offer; who meets it receives a grant, an ERC-721 token whose validity at a past
/// date never changes. Zero stands for something in three fields only: `licensee` (anybody), `currency` (the native
/// coin) and `carrier` (nobody). Unlimited and perpetual are the maximum of their type. Royalty rates and the terms
/// for derivatives are part of what is signed; this contract does not act on them.
interface ILicenseLedger {
    /// @notice Terms and price of grants to one work.
    /// @param licensor Who offers; must hold the title of the work at every purchase.
    /// @param workId The work.
    /// @param series The title's series the offer was signed for; the offer dies with it.
    /// @param termsHash Hash of the licence terms.
    /// @param flags 1 transferable, 2 derivatives, 4 share alike, 8 exclusive; other bits are refused.
    /// @param currency ERC-20 token of the price; zero for the native coin. Tokens that rebase are unsupported.
    /// @param price Price of one grant in the smallest unit of the currency, at most 2^128 - 1.
    /// @param royaltyBps The licensor's share of a derivative's revenue, in hundredths of a percent.
    /// @param maxGrants How many grants may be issued; the type's maximum for no limit.
    /// @param licensee Who may receive a grant; zero for anybody.
    /// @param validFrom First second, in Unix time, at which the offer can be taken.
    /// @param validUntil Last second, in Unix time, at which the offer can be taken.
    /// @param duration Seconds a grant runs from its purchase; the type's maximum for ever.
    /// @param carrier Who carried the sale and earns a part of the price; zero for nobody.
    /// @param carrierBps The carrier's part of the price, in hundredths of a percent; zero exactly if nobody is.
    /// @param salt Makes two otherwise equal offers differ.
    struct Offer {
        address licensor;
        uint256 workId;
        uint32 series;
        bytes32 termsHash;
        uint32 flags;
        address currency;
        uint256 price;
        uint16 royaltyBps;
        uint32 maxGrants;
        address licensee;
        uint64 validFrom;
        uint64 validUntil;
        uint64 duration;
        address carrier;
        uint16 carrierBps;
        bytes32 salt;
    }

    /// @notice A licence was bought.
    /// @param grantId The grant's token id, `keccak256(abi.encode(offerHash, serial))`.
    /// @param workId The work.
    /// @param offerHash Struct hash of the offer.
    /// @param serial Position among the grants of this offer, counted from 1.
    /// @param licensor Who offered.
    /// @param licensee Who received the grant.
    /// @param payer Who paid.
    /// @param termsHash Hash of the licence terms.
    /// @param currency Currency of the price; zero for the native coin.
    /// @param price What was paid, in the smallest unit of the currency.
    /// @param start First second of the grant, in Unix time.
    /// @param end First second after the grant; the type's maximum for a perpetual one.
    /// @param flags The offer's flags.
    event GrantIssued(
        uint256 indexed grantId,
        uint256 indexed workId,
        bytes32 indexed offerHash,
        uint32 serial,
        address licensor,
        address licensee,
        address payer,
        bytes32 termsHash,
        address currency,
        uint256 price,
        uint64 start,
        uint64 end,
        uint32 flags
    );

    /// @notice An offer was withdrawn; grants already issued under it stand.
    /// @param licensor Who withdrew it.
    /// @param offerHash Struct hash of the offer.
    event OfferCancelled(address indexed licensor, bytes32 indexed offerHash);

    /// @notice A work's revenue was paid to whoever holds its title.
    /// @param workId The work.
    /// @param currency The currency; zero for the native coin.
    /// @param to Who held the title.
    /// @param amount What was paid, in the smallest unit of the currency.
    event RevenueWithdrawn(
        uint256 indexed workId, address indexed currency, address indexed to, uint256 amount
    );

    /// @notice A carrier was paid.
    /// @param carrier Who was paid.
    /// @param currency The currency; zero for the native coin.
    /// @param amount What was paid, in the smallest unit of the currency.
    event CarrierWithdrawn(address indexed carrier, address indexed currency, uint256 amount);

    /// @notice A grant was issued that cannot be transferred (ERC-5192).
    /// @param tokenId The grant.
    event Locked(uint256 tokenId);

    /// @notice A grant was issued that can be transferred (ERC-5192).
    /// @param tokenId The grant.
    event Unlocked(uint256 tokenId);

    /// @notice The offer carries a flag whose meaning this contract does not know.
    /// @param flags The offer's flags.
    /// @param known All flags with a meaning.
    error UnknownFlags(uint32 flags, uint32 known);

    /// @notice The price does not fit the room that sums are kept in.
    /// @param price The offer's price.
    /// @param limit The highest price.
    error PriceTooLarge(uint256 price, uint256 limit);

    /// @notice A rate is above 100 %.
    /// @param bps The rate, in hundredths of a percent.
    /// @param limit 10 000.
    error RateTooLarge(uint16 bps, uint16 limit);

    /// @notice An offer of no grants; unlimited is the type's maximum.
    error ZeroMaxGrants();

    /// @notice An offer of grants that last no time; perpetual is the type's maximum.
    error ZeroDuration();

    /// @notice A carrier and its part of the price must be named together.
    /// @param carrier The named carrier.
    /// @param carrierBps Its part, in hundredths of a percent.
    error CarrierMismatch(address carrier, uint16 carrierBps);

    /// @notice The purchase window has not begun.
    /// @param validFrom Its first second.
    /// @param currentTime Time of this block.
    error OfferNotYetOpen(uint64 validFrom, uint64 currentTime);

    /// @notice The purchase window is over.
    /// @param validUntil Its last second.
    /// @param currentTime Time of this block.
    error OfferClosed(uint64 validUntil, uint64 currentTime);

    /// @notice The price is above what the buyer is ready to pay.
    /// @param price The offer's price.
    /// @param maxPrice The buyer's limit.
    error PriceAboveLimit(uint256 price, uint256 maxPrice);

    /// @notice The offer is for somebody else.
    /// @param expected Who may receive a grant.
    /// @param given Who was to receive it.
    error LicenseeNotAllowed(address expected, address given);

    /// @notice A grant needs somebody to hold it.
    error ZeroLicensee();

    /// @notice The licensor no longer holds, or never held, the title.
    /// @param workId The work.
    /// @param holder Who holds its title.
    /// @param licensor Who offered.
    error NotTitleHolder(uint256 workId, address holder, address licensor);

    /// @notice The offer was signed for another series of the title.
    /// @param workId The work.
    /// @param current The title's series.
    /// @param offered The offer's series.
    error SeriesChanged(uint256 workId, uint32 current, uint32 offered);

    /// @notice The signature over this digest is not the signer's, is malleable, or has the wrong form.
    /// @param signer Whose signature was needed.
    /// @param digest The EIP-712 digest that had to be signed.
    error InvalidSignature(address signer, bytes32 digest);

    /// @notice Only the licensor may cancel an offer.
    /// @param licensor Who offered.
    /// @param sender Who called.
    error NotLicensor(address licensor, address sender);

    /// @notice The licensor has withdrawn the offer.
    /// @param offerHash Struct hash of the offer.
    error OfferIsCancelled(bytes32 offerHash);

    /// @notice Every grant of the offer has been issued.
    /// @param offerHash Struct hash of the offer.
    /// @param maxGrants How many there were.
    error SoldOut(bytes32 offerHash, uint32 maxGrants);

    /// @notice An exclusive grant cannot begin while another grant of the title runs.
    /// @param workId The work.
    /// @param liveUntil When the last running grant ends; the type's maximum for never.
    error GrantsLiveUntil(uint256 workId, uint64 liveUntil);

    /// @notice No grant can begin while an exclusive one of the title runs.
    /// @param workId The work.
    /// @param exclusiveUntil When the exclusive grant ends; the type's maximum for never.
    error ExclusiveUntil(uint256 workId, uint64 exclusiveUntil);

    /// @notice The coin sent is not the price; with a token as currency none may be sent.
    /// @param expected What had to be sent, in wei.
    /// @param sent What was sent, in wei.
    error WrongValue(uint256 expected, uint256 sent);

    /// @notice There is no token at the address of the currency.
    /// @param currency The address.
    error NotAToken(address currency);

    /// @notice The token did not move exactly the price.
    /// @param currency The token.
    /// @param expected The ledger's balance had the price arrived, in the token's smallest unit.
    /// @param actual The ledger's balance.
    error WrongTokenBalance(address currency, uint256 expected, uint256 actual);

    /// @notice The grant was not sold as transferable.
    /// @param grantId The grant.
    error GrantLocked(uint256 grantId);

    /// @notice No grant with this id was issued.
    /// @param grantId The id asked for.
    error UnknownGrant(uint256 grantId);

    /// @notice Buy a grant. The payer is the sender.
    /// @param offer The offer.
    /// @param signature The licensor's: 65 bytes r, s, v with low s, or whatever the licensor's contract accepts
    /// under ERC-1271. Not looked at if the licensor is the sender.
    /// @param licensee Who receives the grant.
    /// @param maxPrice The highest price the buyer agrees to, in the smallest unit of the offer's currency.
    /// @return grantId The grant.
    function purchase(Offer calldata offer, bytes calldata signature, address licensee, uint256 maxPrice)
        external
        payable
        returns (uint256 grantId);

    /// @notice Withdraw one offer. Doing so again changes nothing.
    /// @param offer The offer; its licensor must be the sender.
    function cancelOffer(Offer calldata offer) external;

    /// @notice Pay everything held for a work to whoever holds its title. Anybody may trigger it; nothing held
    /// is nothing done.
    /// @param workId The work.
    /// @param currency The currency; zero for the native coin.
    /// @return amount What was paid, in the smallest unit of the currency.
    function withdraw(uint256 workId, address currency) external returns (uint256 amount);

    /// @notice Pay everything held for a carrier to that carrier. Anybody may trigger it; nothing held is nothing
    /// done.
    /// @param account The carrier.
    /// @param currency The currency; zero for the native coin.
    /// @return amount What was paid, in the smallest unit of the currency.
    function withdrawCarrier(address account, address currency) external returns (uint256 amount);

    /// @notice The registry whose titles this ledger sells grants of.
    /// @return The registry.
    function registry() external view returns (IWorkRegistry);

    /// @notice What is held for whoever holds the title of a work.
    /// @param workId The work.
    /// @param currency The currency; zero for the native coin.
    /// @return amount In the smallest unit of the currency.
    function held(uint256 workId, address currency) external view returns (uint256 amount);

    /// @notice What is held for a carrier.
    /// @param account The carrier.
    /// @param currency The currency; zero for the native coin.
    /// @return amount In the smallest unit of the currency.
    function heldForCarrier(address account, address currency) external view returns (uint256 amount);

    /// @notice Whether a grant gives its rights at a time. Past answers never change; for a future time it is a
    /// forecast.
    /// @param grantId The grant; one that was never issued is never valid.
    /// @param time Unix seconds.
    /// @return valid From the grant's start to just before its end.
    function isValidAt(uint256 grantId, uint64 time) external view returns (bool valid);

    /// @notice What the grant's one storage slot holds.
    /// @param grantId The grant.
    /// @return holder Who holds it.
    /// @return start First second, in Unix time.
    /// @return end First second after it; the type's maximum for a perpetual one.
    /// @return flags The flags it was sold with.
    function grantOf(uint256 grantId)
        external
        view
        returns (address holder, uint64 start, uint64 end, uint32 flags);

    /// @notice Whether a grant cannot be transferred (ERC-5192).
    /// @param tokenId The grant.
    /// @return Whether it was sold without the transferable flag.
    function locked(uint256 tokenId) external view returns (bool);

    /// @notice How far an offer is used up.
    /// @param licensor Who offered.
    /// @param offerHash Struct hash of the offer.
    /// @return issued How many grants were issued.
    /// @return cancelled Whether the licensor has withdrawn it.
    function offerStateOf(address licensor, bytes32 offerHash)
        external
        view
        returns (uint32 issued, bool cancelled);

    /// @notice Until when grants of a title run.
    /// @param workId The work.
    /// @return liveUntil When its last grant ends: an exclusive one can begin from then on.
    /// @return exclusiveUntil When its last exclusive grant ends: others can begin from then on.
    function exclusivityOf(uint256 workId) external view returns (uint64 liveUntil, uint64 exclusiveUntil);

    /// @notice The struct hash that names an offer.
    /// @param offer The offer.
    /// @return offerHash Independent of chain and contract.
    function offerHashOf(Offer calldata offer) external pure returns (bytes32 offerHash);

    /// @notice The id of a grant, issued or not.
    /// @param offerHash Struct hash of the offer.
    /// @param serial Position among the grants of the offer, counted from 1.
    /// @return grantId The token id.
    function grantIdOf(bytes32 offerHash, uint32 serial) external pure returns (uint256 grantId);

    /// @notice The EIP-712 digest that a licensor signs.
    /// @param offer The offer.
    /// @return digest Bound to this chain and this contract.
    function offerDigest(Offer calldata offer) external view returns (bytes32 digest);
}
