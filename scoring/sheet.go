package scoring

// Answer is a question of a paper with what was answered to it.
type Answer struct {
	Question Question
	Response *Response
}

// Total is what a whole paper earned.
type Total struct {
	Score    int64 // hundredths of a point
	Max      int64
	Correct  int // wholly right answers; a prediction is not counted
	Graded   int // questions that could be right; a prediction is not counted
	Answered int // questions answered, a prediction among them
	Perfect  bool
}

// Sheet grades a paper and sums it up. Every question of the paper belongs in answers, also one without a response.
func Sheet(answers []Answer, p Policy) Total {
	marks := make([]Mark, len(answers))
	for i, a := range answers {
		marks[i] = Grade(a.Question, a.Response, p)
	}
	return Sum(marks)
}

// Sum adds up the marks of one paper. It is perfect when every graded question, and at least one, is wholly right.
func Sum(marks []Mark) Total {
	var t Total
	for _, m := range marks {
		t.Score += m.Points
		t.Max += m.Max
		if m.Graded {
			t.Graded++
		}
		if m.Correct {
			t.Correct++
		}
		if m.Answered {
			t.Answered++
		}
	}
	t.Perfect = t.Graded > 0 && t.Correct == t.Graded
	return t
}
