//! Places on the earth: how far two are apart, which of many are nearest.
//!
//! Owns the point and the distance; floats are used here, for no figure of this folder is money.
//! May not know what stands at a point. Next: [`tree`], which finds among thousands.

pub mod tree;

pub use tree::{Near, Tree};

/// Mean radius of the earth (IUGG R1), in km.
pub const EARTH_RADIUS_KM: f64 = 6_371.0;

/// A place by latitude and longitude, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    latitude: f64,
    longitude: f64,
}

/// Degrees that are no place.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("no place on earth: latitude {latitude}, longitude {longitude}")]
pub struct PointInvalid {
    /// What was given as latitude; -90 to 90 is a place.
    pub latitude: f64,
    /// What was given as longitude; -180 to 180 is a place.
    pub longitude: f64,
}

impl Point {
    /// Takes degrees north and east.
    ///
    /// # Errors
    /// [`PointInvalid`] when a figure is out of its range or not a number.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, PointInvalid> {
        let valid = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        valid.then_some(Self { latitude, longitude }).ok_or(PointInvalid { latitude, longitude })
    }

    /// Returns degrees north.
    #[must_use]
    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    /// Returns degrees east.
    #[must_use]
    pub const fn longitude(self) -> f64 {
        self.longitude
    }

    /// Returns the great-circle distance by the haversine formula. **Units** km.
    #[must_use]
    pub fn distance_km(self, other: Self) -> f64 {
        let (here, there) = (self.latitude.to_radians(), other.latitude.to_radians());
        let north = ((there - here) / 2.0).sin();
        let east = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let half_chord = north * north + here.cos() * there.cos() * east * east;
        2.0 * EARTH_RADIUS_KM * half_chord.sqrt().min(1.0).asin()
    }

    /// Returns the place on a ball of radius 1, where straight lines keep the order of distances.
    fn on_ball(self) -> [f64; 3] {
        let (north, east) = (self.latitude.to_radians(), self.longitude.to_radians());
        [north.cos() * east.cos(), north.cos() * east.sin(), north.sin()]
    }
}

/// Returns the straight line through the ball that a distance over ground spans, squared.
fn chord_squared(km: f64) -> f64 {
    let half = (km / (2.0 * EARTH_RADIUS_KM)).clamp(0.0, std::f64::consts::FRAC_PI_2).sin();
    4.0 * half * half
}

/// Returns the place in a list that a stored number stands for.
pub(crate) fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
