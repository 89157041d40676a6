package board

import "fmt"

// Pattern is a printed chessboard.
type Pattern struct {
	Cols, Rows int     // inner corners, where four squares meet
	SquareM    float64 // m, side of a square
}

// Point is a place in the picture, in pixels; the centre of the top left pixel is (0, 0).
type Point struct{ U, V float64 }

// Validate says what cannot be.
func (p Pattern) Validate() error {
	switch {
	case p.Cols < 3 || p.Rows < 3 || p.Cols > 50 || p.Rows > 50:
		return fmt.Errorf("a board of %d×%d inner corners: 3 to 50 expected each way; a board of 10×7 squares has 9×6", p.Cols, p.Rows)
	case p.Cols == p.Rows:
		return fmt.Errorf("a board of %d×%d inner corners: print one that is not square, else its pictures do not tell how it is turned",
			p.Cols, p.Rows)
	case !(p.SquareM >= 0.001 && p.SquareM <= 1):
		return fmt.Errorf("squares of %v mm: 1 to 1000 expected", p.SquareM*1000)
	}
	return nil
}

// Corners is how many inner corners the board has.
func (p Pattern) Corners() int { return p.Cols * p.Rows }
