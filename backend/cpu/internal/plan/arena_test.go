package plan

import (
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
)

// Slots that are alive at the same time have places of their own, and those that are not
// share them.
func TestSlotsOfOneTimeDoNotOverlap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for round := range 200 {
		c := &Builder{}
		var live []lifetime
		sum := 0
		n := 1 + r.IntN(60)
		if round%50 == 0 {
			n += outOfOrder // some are placed in the order of their making after all
		}
		for i := range n {
			c.newSlot(arena, 1+r.IntN(1<<r.IntN(18)))
			first := r.IntN(50)
			live = append(live, lifetime{first, first + r.IntN(8)})
			sum += room(c.slots[i].bytes)
		}
		place, bytes := c.place(live)
		for i := range live {
			if place[i]%storage.CacheLine != 0 || place[i]+c.slots[i].bytes > bytes {
				t.Fatalf("slot %d of %d bytes at %d of %d", i, c.slots[i].bytes, place[i], bytes)
			}
			for j := range i {
				together := live[i].first <= live[j].last && live[j].first <= live[i].last
				if together && place[i] < place[j]+c.slots[j].bytes && place[j] < place[i]+c.slots[i].bytes {
					t.Fatalf("slots %d and %d overlap", i, j)
				}
			}
		}
		if len(live) > 40 && bytes >= sum {
			t.Errorf("%d bytes for slots of %d", bytes, sum)
		}
	}
}
