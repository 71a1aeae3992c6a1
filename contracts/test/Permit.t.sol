// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import { ILicenseLedger } from "../src/interfaces/ILicenseLedger.sol";
import { vm } from "./support/Cheats.sol";
import { PhantomToken } from "./support/OddTokens.sol";
import { PermitToken } from "./support/PermitToken.sol";
import { PlainToken } from "./support/PlainToken.sol";
import { Trade } from "./support/Trade.sol";

/// @notice Who pays in a token: the sender, out of an allowance of the sender's own, signed or standing.
contract PermitTest is Trade {
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    uint256 private workId;
    PermitToken private permitToken;

    function setUp() public override {
        super.setUp();
        workId = _registered("work");
        permitToken = new PermitToken();
        permitToken.mint(adapter, 10 * PRICE);
    }

    function test_aSignedAllowancePaysInOneTransaction() public {
        ILicenseLedger.Offer memory offer = _offerIn(address(permitToken));
        uint256 grantId = _boughtBy(adapter, offer, _permit(PRICE, NOW));
        vm.assertEq(ledger.ownerOf(grantId), adapter);
        vm.assertEq(permitToken.balanceOf(address(ledger)), PRICE);
        vm.assertEq(permitToken.allowance(adapter, address(ledger)), 0);
    }

    function test_aPermitThatSomebodyElseUsedFirstDoesNoHarm() public {
        ILicenseLedger.Offer memory offer = _offerIn(address(permitToken));
        ILicenseLedger.Permit memory permit = _permit(PRICE, NOW);
        vm.prank(stranger);
        permitToken.permit(adapter, address(ledger), PRICE, permit.deadline, permit.v, permit.r, permit.s);
        _boughtBy(adapter, offer, permit);
        vm.assertEq(permitToken.balanceOf(address(ledger)), PRICE);
    }

    function test_anExpiredPermitDoesNoHarmWhereAnAllowanceStands() public {
        ILicenseLedger.Offer memory offer = _offerIn(address(permitToken));
        vm.prank(adapter);
        permitToken.approve(address(ledger), PRICE);
        _boughtBy(adapter, offer, _permit(PRICE, NOW - 1));
        vm.assertEq(permitToken.balanceOf(address(ledger)), PRICE);
    }

    function test_anExpiredPermitAlonePaysNothing() public {
        _refuse(
            adapter,
            _offerIn(address(permitToken)),
            _permit(PRICE, NOW - 1),
            _insufficient(address(ledger), 0)
        );
    }

    function test_aPermitOfAnotherSumPaysNothing() public {
        _refuse(
            adapter,
            _offerIn(address(permitToken)),
            _permit(PRICE + 1, NOW),
            _insufficient(address(ledger), 0)
        );
    }

    function test_somebodyElsesPermitPaysNothing() public {
        _refuse(
            stranger, _offerIn(address(permitToken)), _permit(PRICE, NOW), _insufficient(address(ledger), 0)
        );
        vm.assertEq(permitToken.balanceOf(adapter), 10 * PRICE);
    }

    function test_anAllowanceIsNotSpentByAStranger() public {
        ILicenseLedger.Offer memory offer = _offerIn(address(permitToken));
        vm.prank(adapter);
        permitToken.approve(address(ledger), type(uint256).max);
        bytes memory signature = _signed(offer);
        vm.expectRevert(_insufficient(address(ledger), 0));
        vm.prank(stranger);
        ledger.purchase(offer, signature, adapter, PRICE);
        // Nor by the licensor whose offer it is.
        vm.expectRevert(_insufficient(address(ledger), 0));
        vm.prank(creator);
        ledger.purchase(offer, NO_SIGNATURE, adapter, PRICE);
        vm.assertEq(permitToken.balanceOf(adapter), 10 * PRICE);
    }

    function test_anAllowanceIsSpentOnceForEachPurchase() public {
        ILicenseLedger.Offer memory offer = _offerIn(address(permitToken));
        vm.prank(adapter);
        permitToken.approve(address(ledger), PRICE * 3 / 2);
        bytes memory signature = _signed(offer);
        vm.prank(adapter);
        ledger.purchase(offer, signature, adapter, PRICE);
        vm.expectRevert(_insufficient(address(ledger), PRICE / 2));
        vm.prank(adapter);
        ledger.purchase(offer, signature, adapter, PRICE);
    }

    function test_aPermitNeedsAToken() public {
        _refuse(
            adapter,
            _offerIn(stranger),
            _permit(PRICE, NOW),
            abi.encodeWithSelector(ILicenseLedger.NotAToken.selector, stranger)
        );
        _refuse(
            adapter,
            _offerIn(COIN),
            _permit(PRICE, NOW),
            abi.encodeWithSelector(ILicenseLedger.NotAToken.selector, COIN)
        );
    }

    function test_aTokenThatAcceptsAnyCallForAPermitStillWantsAnAllowance() public {
        PhantomToken phantom = new PhantomToken();
        phantom.mint(adapter, PRICE);
        _refuse(adapter, _offerIn(address(phantom)), _permit(PRICE, NOW), _insufficient(address(ledger), 0));
        vm.prank(adapter);
        phantom.approve(address(ledger), PRICE);
        // A stranger who pretends to be its owner gets nowhere either.
        _refuse(stranger, _offerIn(address(phantom)), _permit(PRICE, NOW), _insufficient(address(ledger), 0));
        _boughtBy(adapter, _offerIn(address(phantom)), _permit(PRICE, NOW));
        vm.assertEq(phantom.balanceOf(address(ledger)), PRICE);
    }

    function test_aTokenWithoutPermitsTakesAStandingAllowance() public {
        PlainToken plain = new PlainToken();
        plain.mint(adapter, PRICE);
        vm.prank(adapter);
        plain.approve(address(ledger), PRICE);
        _boughtBy(adapter, _offerIn(address(plain)), _permit(PRICE, NOW));
        vm.assertEq(plain.balanceOf(address(ledger)), PRICE);
    }

    function test_aPurchaseByPermitKeepsEveryOtherRule() public {
        ILicenseLedger.Offer memory offer = _offerIn(address(permitToken));
        ILicenseLedger.Permit memory permit = _permit(PRICE, NOW);
        bytes32 digest = ledger.offerDigest(offer);
        vm.expectRevert(abi.encodeWithSelector(ILicenseLedger.InvalidSignature.selector, creator, digest));
        vm.prank(adapter);
        ledger.purchaseWithPermit(offer, NO_SIGNATURE, adapter, PRICE, permit);
    }

    function _offerIn(address currency) private view returns (ILicenseLedger.Offer memory offer) {
        offer = _offer(workId);
        offer.currency = currency;
    }

    function _insufficient(address spender, uint256 allowance) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, spender, allowance, PRICE
            );
    }

    /// @dev The adapter's, for the ledger.
    function _permit(uint256 amount, uint256 deadline)
        private
        view
        returns (ILicenseLedger.Permit memory permit)
    {
        bytes32 structHash = keccak256(
            abi.encode(PERMIT_TYPEHASH, adapter, address(ledger), amount, uint256(0), deadline)
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", permitToken.DOMAIN_SEPARATOR(), structHash));
        permit.deadline = deadline;
        (permit.v, permit.r, permit.s) = vm.sign(ADAPTER_KEY, digest);
    }

    function _boughtBy(address payer, ILicenseLedger.Offer memory offer, ILicenseLedger.Permit memory permit)
        private
        returns (uint256 grantId)
    {
        bytes memory signature = _signed(offer);
        vm.prank(payer);
        return ledger.purchaseWithPermit(offer, signature, payer, PRICE, permit);
    }

    function _refuse(
        address payer,
        ILicenseLedger.Offer memory offer,
        ILicenseLedger.Permit memory permit,
        bytes memory refusal
    ) private {
        bytes memory signature = _signed(offer);
        vm.expectRevert(refusal);
        vm.prank(payer);
        ledger.purchaseWithPermit(offer, signature, payer, PRICE, permit);
    }
}
