"""Short forms of given names in the five languages, written for this; the whole name stands first in each line."""

# Only forms that people use of the same person. A short form may belong to several names.
SHORT = """
Alexander Alex Sander Sasha Alle
Alexandra Alex Sandra Sanna
Anders Adde
Andreas Adde Andy
Anna Annika Annie Anni
Annika Anki
Ann-Kristin Anki
Anthony Tony
Andrew Andy Drew
Axel Acke
Barbara Barb Barbro
Bengt Bengan Benke
Benjamin Ben Benny Benna
Bertil Berra Bertan
Birgitta Gittan Gitta Britta
Bo Bosse
Catherine Cathy Kate Katie Cat
Charles Charlie Chuck
Charlotta Lotta Lotten
Charlotte Lotte Lottie
Christian Chris Krille Kricke
Christina Tina Stina Chris Kicki
Christine Chris Tina
Christopher Chris Kit
Claes Classe Clabbe
Dag Dagge
Daniel Danne Dan Danny
David Dave Davve
Edward Ed Eddie Ted Ned
Elisabet Lisa Lisbet Elsa Betty Lisen Bettan
Elisabeth Lisbeth Lise Beth Liz Lisa Bettan
Elizabeth Liz Beth Betty Eliza Lizzie
Emilia Emmi Milla
Erik Erka Jerka
Eva Evis
Fredrik Fredde Frede
Frederik Frede Fred
Gregory Greg
Gunilla Nilla
Gunnar Gurra
Gustav Gurra Gusten Gösta Gusse
Göran Jöran
Hans Hasse Hansi
Helena Leena Lena Nena
Henrik Henke Rik
Håkan Håkke
Ingegerd Inga
Jakob Jacke
James Jim Jimmy Jamie
Jan Janne
Jennifer Jenny Jen
Joakim Jocke Kim
Johan Jonte Jocke Johnny
Johanna Hanna Jossan
Johannes Hannes Jussi Johs
John Johnny Jack
Jonas Jonte
Jonathan Jon Jonte Nathan
Joseph Joe Joey
Josefin Jossan Josse
Juhani Jussi Juha Juhis
Jørgen Jørn
Kaarina Kaija
Kaarlo Kalle
Karl Kalle Calle
Katarina Kattis Kajsa Kata Katta Kati
Katariina Kati Kata Kaisa Katri
Katherine Kate Kathy Katie Kat
Kathrine Trine
Katrine Trine Kat
Kenneth Ken Kenta Kenny
Kerstin Kersti Kecke
Kristian Kris Krille Kricke
Kristiina Tiina Kiti
Kristina Kicki Stina Tina
Kristoffer Stoffer Kris Krille
Lars Lasse Lass Larsa
Lawrence Larry
Leif Leffe
Lennart Lelle Lennie
Leonard Leo Lenny
Magdalena Lena Magda
Magdalene Lene Malene
Magnus Mange Manne
Margaret Maggie Peggy Meg
Margareta Maggan Greta Marre
Margrethe Grethe Grete Maggen
Maria Mia Mari Maija Maj Ria
Marianne Janne Majken
Marie Mie Mia
Martin Matte Marre
Mathias Matte Mads
Matthew Matt
Mattias Matte
Mikael Micke Mick Mika
Michael Mike Micky Micke Mick
Nicholas Nick Nicky
Niklas Nicke Nick
Nikolaj Niko Klaus
Nils Nisse
Olof Olle
Ole Olle
Oscar Ogge
Oskar Ogge Okko
Patricia Pat Patty Trish
Patrik Patte Putte
Patrick Pat Paddy
Paul Palle Pålle
Per Pelle Perra
Peter Petter Pete Peppe
Petter Petta
Pirjo Pirre
Rebecka Becka Beckan
Rebecca Becca Becky
Richard Rick Dick Rich Ricky Rikke Ricke
Rickard Ricke Rick
Robert Robban Bob Rob Bobby Robbie
Roger Rogge Roggan
Roland Rolle
Rolf Roffe
Ronald Ron Ronnie
Samuel Sam Samppa Sammy
Samantha Sam
Santeri Santtu
Aleksanteri Santeri Aleksi Santtu
Sebastian Basse Seb Seppo
Sigurd Sigge
Sofia Fia Soffan
Sofie Fie
Stefan Steffe Stoffe
Stephen Steve
Steven Steve
Stig Stigge
Susan Sue Susie
Susanna Sussi Sanna Sanni
Susanne Sussi Sanne Susse
Sven Svenne Svempa
Theodor Teo Ted
Theresa Terry Tess
Thomas Tom Tompa Tommy
Tobias Tobbe
Tomas Tompa Tom
Torbjörn Tobbe Tobben
Torbjørn Tobben Tobbe
Torsten Totte
Tuomas Tuoma Tumppi
Ulf Uffe
Ulrika Ullis Ulla
Urban Ubbe
Valtteri Valtsu
Vilhelm Ville Wille Ville
Viljami Ville Vilppu
Vilma Vilppu
Victoria Vicky Tori
Viktoria Vickan
William Bill Will Billy Wille Liam
Åke Åkan
Östen Östis
"""

# The same saint in another language: a bilingual person may use both, but far more often they are two people.
SISTERS = """
Johan Juhani Johannes John Jon Jan Hans
Erik Eerik Eerikki Eirik Erkki Eric
Henrik Heikki Henry
Karl Kaarlo Charles Kaarle
Mats Matti Matthew Mattias
Anders Antti Andrew Andreas Antero
Lars Lauri Lawrence
Per Pekka Peter Petri Pietari Petter
Kristina Kristiina Christine Kirsti
Katarina Katariina Katherine Katrine
Margareta Marketta Margaret Margrethe Reetta
Olof Olavi Ole Olav
Mikael Mikko Michael Mikkel
Jakob Jaakko James
Paul Paavo Pål Poul
Göran Yrjö George Jørgen
Stefan Tapani Stephen Steffen
Elisabet Elisabeth Elizabeth Liisa Elsa
Maria Mary Marie
Nils Niilo Niels
Thomas Tuomas
Vilhelm William Viljami
Gustav Kustaa
Fredrik Fredrikki Frederick
Sven Svend Svein
Anna Anne Anni
Helena Helen Helene
Josef Joosef Joseph
Simon Simo
Klaus Claes Klaas
"""
