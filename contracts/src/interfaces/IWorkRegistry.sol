// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The registry of declared works and their titles
/// @author Colophon
/// @notice A declaration is a claim with a date, never a finding of ownership. Claims over the same bytes coexist.
/// A title is an ERC-721 token whose id commits to its declaration, so storage holds only what can change.
interface IWorkRegistry {
    /// @notice What a claimant declares. The work's id is the EIP-712 struct hash of it.
    /// @param claimant Who says they hold the rights, and receives the title.
    /// @param contentHash SHA-256 of the exact bytes of the work.
    /// @param fingerprintHash Hash of the fingerprint record.
    /// @param metadataHash Hash of the metadata document.
    /// @param parents Ids of the works this one derives from, strictly ascending, at most eight. They are the
    /// claimant's own statement and give no right.
    /// @param previous Id of the work this one is a new version of; zero for none.
    struct Declaration {
        address claimant;
        bytes32 contentHash;
        bytes32 fingerprintHash;
        bytes32 metadataHash;
        uint256[] parents;
        uint256 previous;
    }

    /// @notice What a claimant signs, so that anybody may carry the declaration on chain.
    /// @param declaration The declaration.
    /// @param deadline Last second, in Unix time, at which the signature counts.
    struct Registration {
        Declaration declaration;
        uint64 deadline;
    }

    /// @notice What the holder of a title signs to append to the work's history.
    /// @param workId The work.
    /// @param metadataHash Hash of the supplementary metadata document.
    /// @param sequence Position in the work's history, counted from 1 without gaps.
    /// @param deadline Last second, in Unix time, at which the signature counts.
    struct Supplement {
        uint256 workId;
        bytes32 metadataHash;
        uint32 sequence;
        uint64 deadline;
    }

    /// @notice A declaration was recorded. The recording date is the time of the event's block.
    /// @param workId The struct hash of the declaration, which is also the title's token id.
    /// @param claimant Who declared it.
    /// @param contentHash SHA-256 of the exact bytes.
    /// @param fingerprintHash Hash of the fingerprint record.
    /// @param metadataHash Hash of the metadata document.
    /// @param parents Declared parents, ascending.
    /// @param previous Declared earlier version; zero for none.
    /// @param previousRelated Whether the claimant held the title of `previous` at that moment. A claimant who
    /// declared `previous` and has since parted with its title gets `false` here: the contract keeps no list of
    /// claimants, and that relation is read from the claimant of the event that recorded `previous`.
    /// @param effectiveDate The earliest time, in Unix seconds, that the record proves.
    event WorkRegistered(
        uint256 indexed workId,
        address indexed claimant,
        bytes32 indexed contentHash,
        bytes32 fingerprintHash,
        bytes32 metadataHash,
        uint256[] parents,
        uint256 previous,
        bool previousRelated,
        uint64 effectiveDate
    );

    /// @notice The title moved or its holder withdrew every offer: offers of an earlier series are dead.
    /// @param workId The work.
    /// @param series The series that offers must name from now on.
    event SeriesAdvanced(uint256 indexed workId, uint32 series);

    /// @notice A supplement was appended to the history of a work and changed nothing else.
    /// @param workId The work.
    /// @param sequence Its position, counted from 1.
    /// @param metadataHash Hash of the supplementary metadata document.
    /// @param holder Who held the title and made the statement.
    event SupplementRecorded(
        uint256 indexed workId, uint32 sequence, bytes32 metadataHash, address indexed holder
    );

    /// @notice What is shown for a title has changed (ERC-4906).
    /// @param tokenId The title.
    event MetadataUpdate(uint256 tokenId);

    /// @notice Only the claimant may record a declaration without a signature.
    /// @param claimant Who the declaration names.
    /// @param sender Who called.
    error NotClaimant(address claimant, address sender);

    /// @notice The signature over this digest is not the signer's, is malleable, or has the wrong form.
    /// @param signer Whose signature was needed.
    /// @param digest The EIP-712 digest that had to be signed.
    error InvalidSignature(address signer, bytes32 digest);

    /// @notice The statement came too late.
    /// @param deadline Last second at which it counted.
    /// @param currentTime Time of this block.
    error DeadlinePassed(uint64 deadline, uint64 currentTime);

    /// @notice A declaration names more parents than royalties can ever be followed to.
    /// @param count How many it names.
    /// @param limit How many it may name.
    error TooManyParents(uint256 count, uint256 limit);

    /// @notice Parents must be strictly ascending, so that one set of parents has one id; zero names no work.
    /// @param earlier The id before, or zero at the start of the list.
    /// @param later The id that is not greater.
    error ParentsNotAscending(uint256 earlier, uint256 later);

    /// @notice No declaration with this id was recorded.
    /// @param workId The id asked for.
    error UnknownWork(uint256 workId);

    /// @notice Only the holder of the title may do this.
    /// @param workId The work.
    /// @param holder Who holds its title.
    /// @param sender Who called.
    error NotTitleHolder(uint256 workId, address holder, address sender);

    /// @notice A supplement must take the next position in the history of its work.
    /// @param workId The work.
    /// @param expected The next free position.
    /// @param given The position that was named.
    error SequenceNotNext(uint256 workId, uint32 expected, uint32 given);

    /// @notice Record a declaration made by the sender. A declaration that is already recorded is left as it is.
    /// @param declaration The declaration; its claimant must be the sender.
    /// @return workId The id of the work.
    function register(Declaration calldata declaration) external returns (uint256 workId);

    /// @notice Record a declaration on behalf of its claimant. A declaration that is already recorded is left as
    /// it is.
    /// @param registration The declaration and the deadline of its signature.
    /// @param signature The claimant's: 65 bytes r, s, v with low s, or whatever the claimant's contract accepts
    /// under ERC-1271. Not looked at if the claimant is the sender.
    /// @return workId The id of the work.
    function registerFor(Registration calldata registration, bytes calldata signature)
        external
        returns (uint256 workId);

    /// @notice Append a supplement to the history of a work whose title the sender holds.
    /// @param workId The work.
    /// @param metadataHash Hash of the supplementary metadata document.
    /// @return sequence The position it took.
    function supplement(uint256 workId, bytes32 metadataHash) external returns (uint32 sequence);

    /// @notice Append a supplement on behalf of the holder of the title.
    /// @param statement The supplement.
    /// @param signature The holder's, in the form `registerFor` takes.
    function supplementFor(Supplement calldata statement, bytes calldata signature) external;

    /// @notice Withdraw every offer ever signed for this work, known or not, by moving on to the next series.
    /// @param workId The work; the sender must hold its title.
    /// @return series The new series.
    function cancelAllOffers(uint256 workId) external returns (uint32 series);

    /// @notice What the title's one storage slot holds.
    /// @param workId The work.
    /// @return holder Who holds the title.
    /// @return effectiveDate The earliest time, in Unix seconds, that the record proves.
    /// @return series The series that offers must name.
    /// @return flags Room for later rules; zero.
    function titleOf(uint256 workId)
        external
        view
        returns (address holder, uint64 effectiveDate, uint32 series, uint32 flags);

    /// @notice The earliest time that the record proves.
    /// @param workId The work.
    /// @return effectiveDate Unix seconds.
    function effectiveDateOf(uint256 workId) external view returns (uint64 effectiveDate);

    /// @notice The series that offers for this work must name.
    /// @param workId The work.
    /// @return series It starts at zero and rises with every transfer and every `cancelAllOffers`.
    function seriesOf(uint256 workId) external view returns (uint32 series);

    /// @notice How many supplements were recorded for a work.
    /// @param workId The work; an unknown one has none.
    /// @return count The sequence of the latest supplement.
    function supplementsOf(uint256 workId) external view returns (uint32 count);

    /// @notice The id that a declaration has, recorded or not.
    /// @param declaration The declaration.
    /// @return workId Its EIP-712 struct hash.
    function workIdOf(Declaration calldata declaration) external pure returns (uint256 workId);

    /// @notice The EIP-712 digest that a claimant signs.
    /// @param registration The declaration and its deadline.
    /// @return digest Bound to this chain and this contract.
    function registrationDigest(Registration calldata registration) external view returns (bytes32 digest);

    /// @notice The EIP-712 digest that the holder of a title signs.
    /// @param statement The supplement.
    /// @return digest Bound to this chain and this contract.
    function supplementDigest(Supplement calldata statement) external view returns (bytes32 digest);
}
