// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILicenseLedger } from "./ILicenseLedger.sol";
import { IWorkRegistry } from "./IWorkRegistry.sol";

/// @title The vault of royalties
/// @author Colophon
/// @notice What was released is divided once, by running totals, and fetched by whom it is owed to: a payment costs
/// the same whatever the number of contributors. Shares are rounded down, so what is owed never passes what is held;
/// less than one smallest unit a row stays behind. Contributors' rows belong to accounts; the rest belongs to the work,
/// so to whoever holds its title when it is claimed.
interface IRoyaltyVault {
    /// @notice Who shares a work's revenue. Its holder sets it as a whole, and everybody in it and in the table before
    /// must agree.
    /// @param workId The work.
    /// @param series The title's series. A table counts only while its signers' holder has the title: nobody can keep
    /// back a table, sell the title to somebody who signed it as a contributor, and set it then.
    /// @param epoch Position among the tables of the work, counted from 1. Only revenue released under a table is
    /// shared by it.
    /// @param contributors Who shares, strictly ascending, at most 32.
    /// @param bps Their shares of what is left after carrier and parents, in hundredths of a percent; none is zero.
    /// @param deadline Last second, in Unix time, at which the signatures count.
    struct ShareTable {
        uint256 workId;
        uint32 series;
        uint32 epoch;
        address[] contributors;
        uint16[] bps;
        uint64 deadline;
    }

    /// @notice A parent work that a derivative has a licence for.
    /// @param parent The parent's work id.
    /// @param grantId The grant that backs the link.
    /// @param royaltyBps The parent's part of the derivative's revenue, in hundredths of a percent.
    /// @param shareAlike Whether the derivative must be licensed under the parent's terms.
    struct Link {
        uint256 parent;
        uint256 grantId;
        uint16 royaltyBps;
        bool shareAlike;
    }

    /// @notice A derivative has a licence for one of its parents, new or in place of an older one.
    /// @param workId The derivative.
    /// @param parent The parent.
    /// @param grantId The grant that backs the link; it can neither move nor be refunded any more.
    /// @param royaltyBps The parent's part of the derivative's revenue, in hundredths of a percent.
    /// @param shareAlike Whether the derivative must be licensed under the parent's terms.
    /// @param termsHash Hash of the terms of the grant.
    /// @param end First second after the grant, in Unix time; the type's maximum for a perpetual one.
    event DerivativeLinked(
        uint256 indexed workId,
        uint256 indexed parent,
        uint256 indexed grantId,
        uint16 royaltyBps,
        bool shareAlike,
        bytes32 termsHash,
        uint64 end
    );

    /// @notice A payment was divided.
    /// @param grantId The grant that it bought.
    /// @param workId The work.
    /// @param currency The currency; zero for the native coin.
    /// @param epoch The share table that divides the rest; zero for none.
    /// @param gross What was paid, in the smallest unit of the currency.
    /// @param carried The carrier's part.
    /// @param royalties What went to parents.
    /// @param rest What is shared.
    event RevenueReleased(
        uint256 indexed grantId,
        uint256 indexed workId,
        address indexed currency,
        uint32 epoch,
        uint256 gross,
        uint256 carried,
        uint256 royalties,
        uint256 rest
    );

    /// @notice A carrier is owed its part.
    /// @param carrier Who.
    /// @param currency The currency; zero for the native coin.
    /// @param amount In the smallest unit of the currency.
    event CarrierCredited(address indexed carrier, address indexed currency, uint256 amount);

    /// @notice A parent received a royalty; `distribute` divides it.
    /// @param workId The parent.
    /// @param derivative The work whose revenue it is a part of.
    /// @param currency The currency; zero for the native coin.
    /// @param amount In the smallest unit of the currency.
    event RoyaltyReceived(
        uint256 indexed workId, uint256 indexed derivative, address indexed currency, uint256 amount
    );

    /// @notice Royalties that a work received were divided.
    /// @param workId The work.
    /// @param currency The currency; zero for the native coin.
    /// @param epoch The share table that divides the rest; zero for none.
    /// @param gross What it had received, in the smallest unit of the currency.
    /// @param royalties What went on to its own parents.
    /// @param rest What is shared.
    event RoyaltiesDistributed(
        uint256 indexed workId,
        address indexed currency,
        uint32 epoch,
        uint256 gross,
        uint256 royalties,
        uint256 rest
    );

    /// @notice A work has a new share table. It shares what is released from now on.
    /// @param workId The work.
    /// @param epoch Its position, counted from 1.
    /// @param tableHash Struct hash of the table.
    /// @param series The title's series, which the table's hash commits to.
    /// @param contributors Who shares, ascending.
    /// @param bps Their shares, in hundredths of a percent.
    /// @param deadline The table's deadline, which its hash commits to.
    event SharesSet(
        uint256 indexed workId,
        uint32 indexed epoch,
        bytes32 tableHash,
        uint32 series,
        address[] contributors,
        uint16[] bps,
        uint64 deadline
    );

    /// @notice A ruling gave the title to somebody else: links to parents are gone, and what is released from now on is
    /// shared by nobody until a table is set. Earlier tables can still be claimed under.
    /// @param workId The work.
    /// @param epoch The place that stands for the time without a table.
    event RevenueReset(uint256 indexed workId, uint32 indexed epoch);

    /// @notice A contributor's share was paid.
    /// @param workId The work.
    /// @param account The contributor.
    /// @param currency The currency; zero for the native coin.
    /// @param epoch The share table.
    /// @param receiver Who received it.
    /// @param amount In the smallest unit of the currency.
    event ShareClaimed(
        uint256 indexed workId,
        address indexed account,
        address indexed currency,
        uint32 epoch,
        address receiver,
        uint256 amount
    );

    /// @notice What belongs to a work was paid to the holder of its title.
    /// @param workId The work.
    /// @param holder Who holds the title.
    /// @param currency The currency; zero for the native coin.
    /// @param epoch The share table; zero for the time before the first.
    /// @param receiver Who received it.
    /// @param amount In the smallest unit of the currency.
    event RemainderClaimed(
        uint256 indexed workId,
        address indexed holder,
        address indexed currency,
        uint32 epoch,
        address receiver,
        uint256 amount
    );

    /// @notice A carrier was paid.
    /// @param carrier Who.
    /// @param currency The currency; zero for the native coin.
    /// @param receiver Who received it.
    /// @param amount In the smallest unit of the currency.
    event CarrierPaid(address indexed carrier, address indexed currency, address receiver, uint256 amount);

    /// @notice Two parents want the derivative licensed under different terms.
    /// @param workId The derivative.
    /// @param termsHash Hash of the terms that one wants.
    /// @param other Hash of the terms that the other wants.
    error TermsConflict(uint256 workId, bytes32 termsHash, bytes32 other);

    /// @notice The derivative declares no such parent at that place.
    /// @param workId The derivative.
    /// @param parentIndex The place.
    /// @param given The work that the grant is for.
    error NotParent(uint256 workId, uint256 parentIndex, uint256 given);

    /// @notice The derivative has a licence for this parent already; it can be renewed.
    /// @param workId The derivative.
    /// @param parent The parent.
    error AlreadyLinked(uint256 workId, uint256 parent);

    /// @notice The derivative has no licence for this parent that could be renewed.
    /// @param workId The derivative.
    /// @param parent The parent.
    error NotLinked(uint256 workId, uint256 parent);

    /// @notice A licence is renewed by one that runs longer.
    /// @param end When the present one ends, in Unix seconds.
    /// @param given When the other one ends.
    error NotLonger(uint64 end, uint64 given);

    /// @notice Parents and carrier together would be paid more than there is.
    /// @param bps What they would be paid, in hundredths of a percent.
    /// @param limit 10 000.
    error RoyaltiesTooHigh(uint256 bps, uint16 limit);

    /// @notice Only the holder of the title may do this.
    /// @param workId The work.
    /// @param holder Who holds its title.
    /// @param sender Who called.
    error NotTitleHolder(uint256 workId, address holder, address sender);

    /// @notice Coin comes from the ledger alone.
    /// @param sender Who sent it.
    error NotLicenseLedger(address sender);

    /// @notice The table was signed for another series of the title.
    /// @param workId The work.
    /// @param current The title's series.
    /// @param offered The table's series.
    error SeriesChanged(uint256 workId, uint32 current, uint32 offered);

    /// @notice Only the registry may do this.
    /// @param sender Who called.
    error NotWorkRegistry(address sender);

    /// @notice A dispute about the title is decided; what it received waits.
    /// @param workId The work.
    /// @param heldUntil Until when at the latest, in Unix seconds.
    error RevenueHeld(uint256 workId, uint64 heldUntil);

    /// @notice The token did not move exactly what was released.
    /// @param currency The token.
    /// @param expected The vault's balance had it arrived, in the token's smallest unit.
    /// @param actual The vault's balance.
    error WrongTokenBalance(address currency, uint256 expected, uint256 actual);

    /// @notice A share table takes the next place.
    /// @param workId The work.
    /// @param expected The next place.
    /// @param given The place that was named.
    error EpochNotNext(uint256 workId, uint32 expected, uint32 given);

    /// @notice This is not the table that the work has, or had, in this place.
    /// @param workId The work.
    /// @param epoch The place.
    error WrongTable(uint256 workId, uint32 epoch);

    /// @notice Contributors and shares must be equally many.
    /// @param contributors How many contributors there are.
    /// @param bps How many shares.
    error TableLengthsDiffer(uint256 contributors, uint256 bps);

    /// @notice A table has too many rows for one transaction to gather all signatures.
    /// @param count How many it has.
    /// @param limit How many it may have.
    error TooManyContributors(uint256 count, uint256 limit);

    /// @notice Contributors must be strictly ascending, so that each has one row; zero is nobody.
    /// @param earlier The account before, or zero at the start.
    /// @param later The account that is not greater.
    error ContributorsNotAscending(address earlier, address later);

    /// @notice A row without a share.
    /// @param contributor Whose row it is.
    error ZeroShare(address contributor);

    /// @notice Shares are more than the whole.
    /// @param bps Their sum, in hundredths of a percent.
    /// @param limit 10 000.
    error SharesTooHigh(uint256 bps, uint256 limit);

    /// @notice The statement came too late.
    /// @param deadline Last second at which it counted.
    /// @param currentTime Time of this block.
    error DeadlinePassed(uint64 deadline, uint64 currentTime);

    /// @notice Everybody in both tables must sign, in ascending order.
    /// @param expected How many signatures there must be.
    /// @param given How many there are.
    error WrongSignatureCount(uint256 expected, uint256 given);

    /// @notice The signature over this digest is not the signer's, is malleable, or has the wrong form.
    /// @param signer Whose signature was needed.
    /// @param digest The EIP-712 digest that had to be signed.
    error InvalidSignature(address signer, bytes32 digest);

    /// @notice The table has no such row.
    /// @param row The row asked for, counted from 0.
    /// @param rows How many there are.
    error UnknownRow(uint256 row, uint256 rows);

    /// @notice Only the account itself, or who has taken over from it, may name another receiver; and a contract must
    /// fetch its money itself, because a market may hold a title that is not its own.
    /// @param account Whose money it is.
    /// @param sender Who called.
    error NotOwnMoney(address account, address sender);

    /// @notice A payment needs a receiver.
    error ZeroReceiver();

    /// @notice Take payments that are due out of escrow and divide them: the carrier first, then linked parents by
    /// their rates of the whole, the rest by the share table of today. Sales that nothing waits for are passed over.
    /// @param sales The grants that were paid for.
    function release(ILicenseLedger.Sale[] calldata sales) external;

    /// @notice Divide the royalties that a work received: linked parents first, the rest by the share table of today.
    /// One level a call; nothing received is nothing done. Not while an admitted dispute about the title is decided.
    /// @param workId The work.
    /// @param currency The currency; zero for the native coin.
    /// @return gross What was divided, in the smallest unit of the currency.
    function distribute(uint256 workId, address currency) external returns (uint256 gross);

    /// @notice Set the share table of a work.
    /// @param table The new table.
    /// @param current The present one; with epoch zero and no rows if there is none.
    /// @param holderSignature Of the title's holder over the new table. Not looked at if the holder is the sender.
    /// @param signatures Over the new table, one for each account in either table, in ascending order. Not looked at
    /// for the sender and the holder.
    function setShares(
        ShareTable calldata table,
        ShareTable calldata current,
        bytes calldata holderSignature,
        bytes[] calldata signatures
    ) external;

    /// @notice Back a declared parent with a licence: royalties follow such links and nothing else. The sender must
    /// hold the derivative's title and a running grant to the parent that allows derivatives. The grant is bound by
    /// it, and the derivative's sales end with its earliest one.
    /// @param declaration The derivative's declaration.
    /// @param parentIndex Place of the parent among its parents, counted from 0.
    /// @param sale The grant.
    function link(
        IWorkRegistry.Declaration calldata declaration,
        uint256 parentIndex,
        ILicenseLedger.Sale calldata sale
    ) external;

    /// @notice Put a licence that runs longer in place of the one that backs a link. What is released from then on pays the
    /// parent by the new licence, which the parent offered.
    /// @param workId The derivative; the sender must hold its title.
    /// @param sale The grant, to a parent that is linked already.
    function renewLink(uint256 workId, ILicenseLedger.Sale calldata sale) external;

    /// @notice Free a work of the links and the share table of its former holder, when a ruling gives it to somebody else.
    /// For the registry alone.
    /// @param workId The work.
    function reset(uint256 workId) external;

    /// @notice Pay a contributor what is owed under one table. Anybody may, to the account itself; nothing owed is
    /// nothing done.
    /// @param table The table.
    /// @param row The contributor's row, counted from 0.
    /// @param currency The currency; zero for the native coin.
    /// @param receiver Who receives it: the account, unless the account or its successor is the sender.
    /// @return amount What was paid, in the smallest unit of the currency.
    function claim(ShareTable calldata table, uint256 row, address currency, address receiver)
        external
        returns (uint256 amount);

    /// @notice Pay the title's holder what contributors do not share under one table. Anybody may, to a holder without
    /// code; nothing owed is nothing done.
    /// @param table The table; with epoch zero and no rows for the time before the first.
    /// @param currency The currency; zero for the native coin.
    /// @param receiver Who receives it: the holder, unless the holder or its successor is the sender.
    /// @return amount What was paid, in the smallest unit of the currency.
    function claimRemainder(ShareTable calldata table, address currency, address receiver)
        external
        returns (uint256 amount);

    /// @notice Pay a carrier what is owed. Anybody may, to the account itself; nothing owed is nothing done.
    /// @param carrier The carrier.
    /// @param currency The currency; zero for the native coin.
    /// @param receiver Who receives it: the carrier, unless the carrier or its successor is the sender.
    /// @return amount What was paid, in the smallest unit of the currency.
    function claimCarried(address carrier, address currency, address receiver)
        external
        returns (uint256 amount);

    /// @notice The licences that a derivative has for its parents.
    /// @param workId The derivative.
    /// @return links In the order they were made, at most eight.
    function linksOf(uint256 workId) external view returns (Link[] memory links);

    /// @notice A hash over a work's share table and its links to parents.
    /// @param workId The work.
    /// @return hash Part of the title's state fingerprint.
    function stateHashOf(uint256 workId) external view returns (bytes32 hash);

    /// @notice What a contributor could claim now under one table.
    /// @param table The table.
    /// @param row The contributor's row, counted from 0.
    /// @param currency The currency; zero for the native coin.
    /// @return amount In the smallest unit of the currency.
    function owedTo(ShareTable calldata table, uint256 row, address currency)
        external
        view
        returns (uint256 amount);

    /// @notice What the title's holder could claim now under one table.
    /// @param table The table; with epoch zero and no rows for the time before the first.
    /// @param currency The currency; zero for the native coin.
    /// @return amount In the smallest unit of the currency.
    function remainderOf(ShareTable calldata table, address currency) external view returns (uint256 amount);

    /// @notice What a carrier could claim now.
    /// @param carrier The carrier.
    /// @param currency The currency; zero for the native coin.
    /// @return amount In the smallest unit of the currency.
    function owedToCarrier(address carrier, address currency) external view returns (uint256 amount);

    /// @notice Royalties that a work received and `distribute` has not divided yet.
    /// @param workId The work.
    /// @param currency The currency; zero for the native coin.
    /// @return amount In the smallest unit of the currency.
    function receivedOf(uint256 workId, address currency) external view returns (uint256 amount);

    /// @notice All revenue that was ever shared under one table.
    /// @param workId The work.
    /// @param epoch The table's place; zero for the time before the first.
    /// @param currency The currency; zero for the native coin.
    /// @return amount In the smallest unit of the currency; it only grows.
    function revenueOf(uint256 workId, uint32 epoch, address currency) external view returns (uint256 amount);

    /// @notice The place of the present share table.
    /// @param workId The work.
    /// @return epoch Zero for none.
    function epochOf(uint256 workId) external view returns (uint32 epoch);

    /// @notice The hash of a share table.
    /// @param workId The work.
    /// @param epoch The table's place.
    /// @return tableHash Its struct hash; zero for none.
    function tableHashOf(uint256 workId, uint32 epoch) external view returns (bytes32 tableHash);

    /// @notice The EIP-712 digest that holder and contributors sign.
    /// @param table The table.
    /// @return digest Bound to this chain and this contract.
    function sharesDigest(ShareTable calldata table) external view returns (bytes32 digest);

    /// @notice The registry whose titles' revenue is held.
    /// @return The contract.
    function registry() external view returns (IWorkRegistry);

    /// @notice The ledger that payments come from.
    /// @return The contract.
    function ledger() external view returns (ILicenseLedger);
}
