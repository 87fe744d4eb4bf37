"""Names for the demo's learners, from many places, put together by chance. No name means a real person."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from stoa.kernel.identifiers import slug_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where some learners live, and names that are at home there."""

    country: str
    locale: str
    time_zone: str
    given: str
    family: str


@dataclass(frozen=True, slots=True)
class LearnerName:
    """A learner before she signs up."""

    email: str
    name: str
    place: Place


PLACES = (
    Place(
        "US",
        "en",
        "America/New_York",
        "Olivia Marcus Hannah Theo Renee Caleb Joy Elliott",
        "Whitfield Brooks Castellano Nguyen Abrams Redfern",
    ),
    Place(
        "GB",
        "en",
        "Europe/London",
        "Imogen Rhys Callum Bronwen Priya Gareth Niamh Alastair",
        "Pemberton Hughes Okafor Sutherland Chaudhry Penrose",
    ),
    Place(
        "IN",
        "en",
        "Asia/Kolkata",
        "Ananya Rohan Kavya Arvind Meera Siddharth Lakshmi Dev",
        "Iyer Banerjee Deshpande Kulkarni Reddy Bhattacharya",
    ),
    Place(
        "NG",
        "en",
        "Africa/Lagos",
        "Chinedu Folake Ngozi Tunde Amaka Bashir Zainab Emeka",
        "Adebayo Eze Balogun Nwosu Yusuf Ogunleye",
    ),
    Place(
        "KE",
        "en",
        "Africa/Nairobi",
        "Wanjiru Otieno Achieng Kamau Njeri Kiprop Halima Mwangi",
        "Kariuki Omondi Cheruiyot Wekesa Mutua Abdi",
    ),
    Place(
        "MX",
        "es",
        "America/Mexico_City",
        "Ximena Joaquín Itzel Emiliano Valeria Rodrigo Citlali Andrés",
        "Hernández Ríos Castañeda Olvera Zepeda Luna",
    ),
    Place(
        "ES",
        "es",
        "Europe/Madrid",
        "Nerea Iker Carmen Álvaro Lucía Pau Aitana Gonzalo",
        "Etxeberria Ferrer Navarro Vidal Ibáñez Soler",
    ),
    Place(
        "CO",
        "es",
        "America/Bogota",
        "Mariana Santiago Daniela Camilo Paola Julián Yesenia Esteban",
        "Restrepo Quintero Cárdenas Mosquera Arango Vélez",
    ),
    Place(
        "DE",
        "de",
        "Europe/Berlin",
        "Friederike Emre Annika Moritz Aylin Lennart Swetlana Jonas",
        "Brandt Kaya Lindner Vogel Petrov Hartmann",
    ),
    Place(
        "AT",
        "de",
        "Europe/Vienna",
        "Valentina Maximilian Marlene Lukas Selma Florian",
        "Gruber Steiner Hofer Moser Eder",
    ),
    Place(
        "FR",
        "fr",
        "Europe/Paris",
        "Éloïse Mathis Inès Baptiste Fatou Gaëlle Karim Margaux",
        "Lefebvre Diallo Moreau Benali Rousseau Garnier",
    ),
    Place(
        "SN",
        "fr",
        "Africa/Dakar",
        "Aminata Ousmane Coumba Ibrahima Khady Modou",
        "Ndiaye Sow Fall Gueye Sarr",
    ),
    Place(
        "EG",
        "ar",
        "Africa/Cairo",
        "Nour Karim Salma Omar Yasmin Tarek Heba Mostafa",
        "Mansour El-Sayed Fahmy Zaki Hegazy Naguib",
    ),
    Place(
        "JO", "ar", "Asia/Amman", "Rania Faris Dina Laith Samar Zaid", "Haddad Khoury Al-Masri Nasser Qasem"
    ),
    Place(
        "JP",
        "en",
        "Asia/Tokyo",
        "Aoi Haruto Sakura Ren Yui Kaito Mio Sota",
        "Takahashi Ishikawa Morita Fujimoto Nakajima Ueda",
    ),
    Place(
        "BR",
        "en",
        "America/Sao_Paulo",
        "Luana Thiago Beatriz Caio Jussara Renato Iara Davi",
        "Carvalho Nogueira Teixeira Barbosa Peixoto Moura",
    ),
    Place(
        "PL",
        "en",
        "Europe/Warsaw",
        "Zofia Kacper Agnieszka Mateusz Halina Wojciech",
        "Kowalczyk Zielińska-Nowak Wróbel Mazur Sikora",
    ),
    Place("VN", "en", "Asia/Ho_Chi_Minh", "Linh Minh Thảo Đức Ngọc Quân", "Trần Phạm Hoàng Đặng Bùi"),
)


def learner_names(chance: random.Random) -> Iterator[LearnerName]:
    """Endless learners; addresses never repeat."""
    number = 0
    while True:
        number += 1
        place = chance.choice(PLACES)
        name = f"{chance.choice(place.given.split())} {chance.choice(place.family.split())}"
        address = slug_of(name.replace("Đ", "D").replace("đ", "d").replace("ł", "l")).replace("-", ".")
        yield LearnerName(f"{address}.{number}@people.example", name, place)
