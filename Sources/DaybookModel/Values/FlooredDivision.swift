extension Int {
    /// Divides rounding towards negative infinity, so that moments before 1970 fall into the right second and day.
    /// The divisor must be positive.
    package func dividedRoundingDown(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
