"""Legal aid (调解＋法律援助): need seen, applied for, lawyer named, done."""
