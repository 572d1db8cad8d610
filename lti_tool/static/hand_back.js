// The choice goes back by itself; without scripts the button does it.
document.getElementById("back").submit();
