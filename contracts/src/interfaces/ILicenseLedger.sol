// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICheckpointLog } from "./ICheckpointLog.sol";
import { IDisputeDesk } from "./IDisputeDesk.sol";
import { IRoyaltyVault } from "./IRoyaltyVault.sol";
import { IWorkRegistry } from "./IWorkRegistry.sol";

/// @title The ledger of licences
/// @author Colophon
/// @notice A licensor signs an offer; who meets it receives a grant, an ERC-721 token whose validity at a past
/// date never changes. Zero stands for something in three fields only: `licensee` (anybody), `currency` (the native
/// coin) and `carrier` (nobody). Unlimited and perpetual are the maximum of their type. What was paid waits here, beside
/// the grant that it bought, until it is released to the vault or refunded.
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

    /// @notice One grant, named by what its id commits to.
    /// @param offer The offer it was issued under.
    /// @param serial Position among the grants of the offer, counted from 1.
    struct Sale {
        Offer offer;
        uint32 serial;
    }

    /// @notice What the licences of its parents ask of a derivative's sales.
    /// @param linked Whether there are any.
    /// @param salesUntil First second, in Unix time, at which its licences cannot be sold; the type's maximum for never.
    /// @param royaltiesBps What its parents receive together, in hundredths of a percent.
    /// @param shareAlike Whether its offers must carry certain terms, with the share-alike flag.
    /// @param sharedTerms Hash of these terms.
    struct ParentTerms {
        bool linked;
        uint40 salesUntil;
        uint16 royaltiesBps;
        bool shareAlike;
        bytes32 sharedTerms;
    }

    /// @notice An allowance for the price, signed by the buyer (ERC-2612).
    /// @param deadline Last second, in Unix time, at which it counts.
    /// @param v Of the signature.
    /// @param r Of the signature.
    /// @param s Of the signature.
    struct Permit {
        uint256 deadline;
        uint8 v;
        bytes32 r;
        bytes32 s;
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

    /// @notice The first grant of an offer was issued: whoever releases, refunds or links a grant needs the whole offer.
    /// @param offerHash Struct hash of the offer.
    /// @param offer The offer.
    event OfferTaken(bytes32 indexed offerHash, Offer offer);

    /// @notice An offer was withdrawn; grants already issued under it stand.
    /// @param licensor Who withdrew it.
    /// @param offerHash Struct hash of the offer.
    event OfferCancelled(address indexed licensor, bytes32 indexed offerHash);

    /// @notice What was paid for a grant went to the vault.
    /// @param grantId The grant.
    /// @param workId The work.
    /// @param currency The currency; zero for the native coin.
    /// @param amount What was paid, in the smallest unit of the currency.
    event PaymentReleased(
        uint256 indexed grantId, uint256 indexed workId, address indexed currency, uint256 amount
    );

    /// @notice What was paid for a grant went back, and the grant ended.
    /// @param grantId The grant.
    /// @param workId The work.
    /// @param currency The currency; zero for the native coin.
    /// @param amount What was paid, in the smallest unit of the currency.
    /// @param holder Who held the grant.
    /// @param receiver Who received the money.
    /// @param end First second after the grant now, in Unix time.
    event PaymentRefunded(
        uint256 indexed grantId,
        uint256 indexed workId,
        address indexed currency,
        uint256 amount,
        address holder,
        address receiver,
        uint64 end
    );

    /// @notice A ruling ended a grant that was issued in bad faith.
    /// @param grantId The grant.
    /// @param workId The work.
    /// @param end First second after it now, in Unix time.
    /// @param derivative The work it backed, whose sales end with it; zero for none.
    event GrantEnded(uint256 indexed grantId, uint256 indexed workId, uint64 end, uint256 derivative);

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

    /// @notice Sales of licences to this work are stopped for good.
    /// @param workId The work.
    /// @param flags The title's flags: 1 retracted, 8 a dispute was upheld.
    error SalesStopped(uint256 workId, uint32 flags);

    /// @notice Sales of licences to this work are stopped while a dispute is decided.
    /// @param workId The work.
    /// @param stoppedUntil Until when at the latest, in Unix seconds.
    error SalesStoppedUntil(uint256 workId, uint64 stoppedUntil);

    /// @notice A licence that this derivative needs for one of its parents has ended.
    /// @param workId The derivative.
    /// @param endedAt When, in Unix seconds.
    error ParentLicenceEnded(uint256 workId, uint64 endedAt);

    /// @notice A parent's licence wants the derivative licensed under the same terms.
    /// @param workId The derivative.
    /// @param termsHash Hash of the terms that every offer must carry, with the share-alike flag.
    error TermsNotShared(uint256 workId, bytes32 termsHash);

    /// @notice Parents and carrier together would be paid more than there is.
    /// @param bps What they would be paid, in hundredths of a percent.
    /// @param limit 10 000.
    error RoyaltiesTooHigh(uint256 bps, uint16 limit);

    /// @notice The licence does not allow derivatives.
    /// @param grantId The grant.
    error DerivativesNotAllowed(uint256 grantId);

    /// @notice The licence backs a derivative: it can neither move, nor be refunded, nor back another.
    /// @param grantId The grant.
    /// @param workId The derivative.
    error GrantBound(uint256 grantId, uint256 workId);

    /// @notice The licence does not run at this time.
    /// @param grantId The grant.
    /// @param start Its first second, in Unix time.
    /// @param end First second after it.
    error GrantNotLive(uint256 grantId, uint64 start, uint64 end);

    /// @notice Only the holder of the grant may do this.
    /// @param grantId The grant.
    /// @param holder Who holds it.
    /// @param sender Who called.
    error NotGrantHolder(uint256 grantId, address holder, address sender);

    /// @notice The money is not due yet.
    /// @param grantId The grant that it bought.
    /// @param releasableAt From when on, in Unix seconds.
    error NotYetReleasable(uint256 grantId, uint64 releasableAt);

    /// @notice No upheld dispute covers this payment, or the time to take it back is over.
    /// @param grantId The grant that it bought.
    /// @param refundableUntil Until just before when it could be, in Unix seconds; zero for never.
    error NotRefundable(uint256 grantId, uint64 refundableUntil);

    /// @notice Nothing waits here for this grant: it cost nothing, or was released or refunded.
    /// @param grantId The grant.
    error NothingEscrowed(uint256 grantId);

    /// @notice A refund needs a receiver, and the vault would keep it for nobody.
    /// @param receiver Who was to receive it.
    error ReceiverNotAllowed(address receiver);

    /// @notice Only the vault may do this.
    /// @param sender Who called.
    error NotRoyaltyVault(address sender);

    /// @notice Only the dispute desk may do this.
    /// @param sender Who called.
    error NotDisputeDesk(address sender);

    /// @notice Only who has taken over from the account may do this.
    /// @param account The account.
    /// @param successor Who has; zero for nobody.
    /// @param sender Who called.
    error NotSuccessor(address account, address successor, address sender);

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

    /// @notice Buy a grant in a currency that takes signed allowances (ERC-2612). A permit that somebody else used
    /// up first does no harm if the allowance is there.
    /// @param offer The offer.
    /// @param signature The licensor's, as for `purchase`.
    /// @param licensee Who receives the grant.
    /// @param maxPrice The highest price the buyer agrees to, in the smallest unit of the offer's currency.
    /// @param permit The buyer's allowance of exactly the price.
    /// @return grantId The grant.
    function purchaseWithPermit(
        Offer calldata offer,
        bytes calldata signature,
        address licensee,
        uint256 maxPrice,
        Permit calldata permit
    ) external returns (uint256 grantId);

    /// @notice Record a logged work if nobody has yet, then buy a grant to it.
    /// @param registration The statement that was logged.
    /// @param registrationSignature The claimant's.
    /// @param inclusion The way from the statement's digest to the anchored root.
    /// @param offer The offer.
    /// @param signature The licensor's, as for `purchase`.
    /// @param licensee Who receives the grant.
    /// @param maxPrice The highest price the buyer agrees to, in the smallest unit of the offer's currency.
    /// @return grantId The grant.
    function purchaseUnregistered(
        IWorkRegistry.Registration calldata registration,
        bytes calldata registrationSignature,
        ICheckpointLog.Inclusion calldata inclusion,
        Offer calldata offer,
        bytes calldata signature,
        address licensee,
        uint256 maxPrice
    ) external payable returns (uint256 grantId);

    /// @notice Take back what was paid, after a dispute about the title was upheld. The grant ends. Only the grant's
    /// holder may, or who has taken over from it.
    /// @param sale The grant.
    /// @param receiver Who receives the money.
    /// @return amount What was paid, in the smallest unit of the offer's currency.
    function refund(Sale calldata sale, address receiver) external returns (uint256 amount);

    /// @notice Hand what was paid for a grant to the vault. For the vault alone, which receives it.
    /// @param sale The grant.
    /// @return amount What was paid, in the smallest unit of the offer's currency; zero if nothing waits.
    function release(Sale calldata sale) external returns (uint256 amount);

    /// @notice Bind a grant to the derivative that it backs: it can neither move nor be refunded any more. For the vault
    /// alone.
    /// @param sale The grant; it must run and allow derivatives.
    /// @param holder Who must hold it.
    /// @param workId The derivative.
    /// @param replaced The grant that backed it before, which stays bound; zero for none.
    /// @return grantId The grant.
    /// @return end First second after it, in Unix time; the type's maximum for a perpetual one.
    function bind(Sale calldata sale, address holder, uint256 workId, uint256 replaced)
        external
        returns (uint256 grantId, uint64 end);

    /// @notice Forget which derivative a grant backs; it stays bound. For the vault alone.
    /// @param grantId The grant.
    function unbind(uint256 grantId) external;

    /// @notice Set what the licences of its parents ask of a derivative's sales. For the vault alone.
    /// @param workId The derivative.
    /// @param terms What they ask.
    function setParentTerms(uint256 workId, ParentTerms calldata terms) external;

    /// @notice End a grant from now on. For the dispute desk alone.
    /// @param sale The grant.
    function endGrant(Sale calldata sale) external;

    /// @notice Move grants that a lost account still holds to its successor, who must be the sender. Grants that it
    /// no longer holds are passed over.
    /// @param account The account.
    /// @param grantIds The grants.
    function recoverGrants(address account, uint256[] calldata grantIds) external;

    /// @notice Withdraw one offer. Doing so again changes nothing.
    /// @param offer The offer; its licensor must be the sender.
    function cancelOffer(Offer calldata offer) external;

    /// @notice The registry whose titles this ledger sells grants of.
    /// @return The registry.
    function registry() external view returns (IWorkRegistry);

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
    /// @return flags The offer's flags, and 16 escrowed, 32 released, 64 refunded, 128 bound.
    function grantOf(uint256 grantId)
        external
        view
        returns (address holder, uint64 start, uint64 end, uint32 flags);

    /// @notice Whether a grant cannot be transferred (ERC-5192).
    /// @param tokenId The grant.
    /// @return Whether it was sold without the transferable flag, or is bound.
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

    /// @notice Which derivative a grant backs.
    /// @param grantId The grant.
    /// @return workId The derivative; zero for none.
    function boundTo(uint256 grantId) external view returns (uint256 workId);

    /// @notice What the licences of its parents ask of a derivative's sales.
    /// @param workId The derivative.
    /// @return terms As the vault set them last.
    function parentTermsOf(uint256 workId) external view returns (ParentTerms memory terms);

    /// @notice A hash over the licences that run on a title and what its parents ask of its sales.
    /// @param workId The work.
    /// @return hash Part of the title's state fingerprint.
    function stateHashOf(uint256 workId) external view returns (bytes32 hash);

    /// @notice The vault that released payments go to.
    /// @return The contract.
    function vault() external view returns (IRoyaltyVault);

    /// @notice The desk that says when payments are due and grants end.
    /// @return The contract.
    function desk() external view returns (IDisputeDesk);

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
