mod ndef;
mod properties;
mod type2;
mod type4;
