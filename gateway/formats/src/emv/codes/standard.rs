//! The rules that Baton starts with, each under the place where it was read.
//!
//! Owns the table and its order: the narrow before the wide. It is written in the notation of
//! [`super::notation`], so a configuration can begin with a copy. Facts of others, none official
//! beyond the wallets' own pages; the numbers are those of files in a public code index. Next:
//! [`crate::tlv`].

use super::CodeRules;

/// The rules as text.
pub const STANDARD: &str = "\
# EMVCo CPM 1.1, 5.1.1.1: a code begins with the object 85 and its version.
EMVCo CPM = 8..4296 base64; 1: hQVDUFY

# NICE NVCAT (59767029093), KOCES terminals (13726041067, 13020643962). Narrower than Alipay's.
KakaoPay (KR) = 24 digits; 1: 281006

# 59767029093, 13726041067, 38071094073; the QR: 59767029093, 13020643962.
ZeroPay barcode (KR) = 24 digits; 1: 800088
ZeroPay QR (KR) = 25 visible; 1: 3-

# One sample in the script of a kiosk (8910342738), confirmed nowhere else.
ZeroPay (KR) / pay key = 33 visible; 1: 2-ZP-

# NICE NVCAT (59767029093).
Toss Pay (KR) / card = 24 digits; 1: 70550001
Toss Pay (KR) / money = 24 digits; 1: 70550002
Toss Pay (KR) / account = 24 digits; 1: 70550003
SSG Pay (KR) = 22 digits; 1: 17
L.Pay (KR) = 22 digits; 1: 8710
Seoul Pay (KR) = 21 digits; 1: 941083 | 94204023..94204025

# 38071094073: 95 at places 17 and 18; of 20 digits the first two tell coupons and points.
PAYCO (KR) / coupon = 20 digits; 1: 10; 17: 95
PAYCO (KR) / points = 20 digits; 1: 20; 17: 95
PAYCO (KR) = 20..21 digits; 17: 95

# docs.alipayplus.com, code_scanning_payment_standards_acq/code_format: 6 digits of the issuer, 02
# for a payment code, 16 digits of the user. Of its older forms, those of 17 and 18 digits are
# Alipay's own codes as well and are left to the rule below.
Alipay+ = 24 digits; 7: 02
Alipay+ / legacy = 19 digits; 1: 28

# pay.weixin.qq.com micropay 5_1, as blog.csdn.net/weixin_43939924/article/details/119148877 has it.
WeChat Pay = 18 digits; 1: 10..15

# docs.open.alipay.com/194/106039, as quoted there, which warns that codes may grow.
Alipay (CN) = 16..24 digits; 1: 25..30

# cnblogs.com/zhangmo/p/13578409, a third party.
UnionPay QR (CPM number) = 19 digits; 1: 62

# 59767029093, 13726041067: 21 digits that are nobody else's.
Card-company app card (KR) = 21 digits
";

impl Default for CodeRules {
    fn default() -> Self {
        Self::standard()
    }
}

impl CodeRules {
    /// Returns the rules that Baton starts with.
    #[must_use]
    pub fn standard() -> Self {
        // The text is constant and a test reads it, so there is no fault to hand on.
        Self::parse(STANDARD).unwrap_or_else(|_| Self { rules: Vec::new() })
    }
}
