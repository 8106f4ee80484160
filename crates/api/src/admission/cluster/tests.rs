//! Rules for clusters that the recorded cases leave out.
