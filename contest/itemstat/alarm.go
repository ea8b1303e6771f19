package itemstat

import "math"

// When a key is called into question. The thresholds are high because every
// question of a round is looked at again and again while it runs: at Significant
// one comparison in a thousand is chance.
const (
	MinAnswers     = 100  // answers before anything is said
	Significant    = 3.09 // standard errors; p < 0.001, one-sided
	LikeRight      = 0.15 // point-biserial from which a wrong option behaves like a right one
	minUpperVotes  = 10   // votes of the upper group for the two options compared
	fisherMinCount = 4
)

// Reason is what speaks against a key.
type Reason string

// The reasons.
const (
	// UpperPrefers: of the upper group more chose this option than the key.
	UpperPrefers Reason = "upper_prefers"
	// WeakChooseKey: the key is chosen by the weak, and this option by the strong.
	WeakChooseKey Reason = "weak_choose_key"
)

// Alarm says that a key is probably wrong, with the evidence.
type Alarm struct {
	Option  int // that behaves like the right one
	Key     int // that the author marked
	Answers int
	Reasons []Reason

	UpperOption, UpperKey         float64 // people of the upper group
	UpperZ                        float64 // standard errors of their difference
	OptionBiserial, KeyBiserial   float64
	OptionBiserialZ, KeyBiserialZ float64 // standard errors from no relation
}

// alarm finds the wrong option with the strongest evidence against a key.
func alarm(key Key, f Figures, compared Level) *Alarm {
	if compared.Answered < MinAnswers {
		return nil
	}
	var worst *Alarm
	for _, k := range key.Right {
		if k < 0 || k >= len(f.Options) {
			continue
		}
		for o := range f.Options {
			if f.Options[o].Right {
				continue
			}
			a := against(key.One, f.Options, k, o, compared)
			if len(a.Reasons) > 0 && (worst == nil || a.strength() > worst.strength()) {
				worst = &a
			}
		}
	}
	return worst
}

func (a Alarm) strength() float64 { return max(a.UpperZ, 0) + max(a.OptionBiserialZ, 0) }

// against weighs one wrong option against one right one.
func against(oneChoice bool, options []OptionFigures, k, o int, compared Level) Alarm {
	right, wrong := options[k], options[o]
	a := Alarm{
		Option: o, Key: k, Answers: compared.Answered, UpperOption: wrong.Upper, UpperKey: right.Upper,
		OptionBiserial: wrong.PointBiserial.Value, KeyBiserial: right.PointBiserial.Value,
		OptionBiserialZ: fisher(wrong.PointBiserial, compared.Served), KeyBiserialZ: fisher(right.PointBiserial, compared.Served),
	}
	if votes := wrong.Upper + right.Upper; votes > 0 {
		a.UpperZ = (wrong.Upper - right.Upper) / math.Sqrt(votes)
	}
	if oneChoice && wrong.Upper+right.Upper >= minUpperVotes && a.UpperZ >= Significant {
		a.Reasons = append(a.Reasons, UpperPrefers)
	}
	if a.KeyBiserialZ <= -Significant && a.OptionBiserial > LikeRight && a.OptionBiserialZ >= Significant {
		a.Reasons = append(a.Reasons, WeakChooseKey)
	}
	return a
}

// fisher is how many standard errors a correlation of n people is from none.
func fisher(r Figure, n int) float64 {
	if !r.Known || n < fisherMinCount {
		return 0
	}
	bounded := max(-0.999999, min(0.999999, r.Value))
	return math.Atanh(bounded) * math.Sqrt(float64(n-3))
}
